// Keeps what a worker has written of a reply on the phone until the case leaves the list of those to be answered.
(function () {
  "use strict";
  var PREFIX = "hotline-draft:";
  var store;
  try {
    store = window.localStorage;
  } catch (refused) {
    return;
  }

  document.querySelectorAll("textarea[data-draft]").forEach(function (area) {
    var key = PREFIX + area.dataset.draft;
    var kept = area.form.querySelector("[data-draft-kept]");
    var draft = store.getItem(key);
    if (draft && !area.value) {
      area.value = draft;
      if (kept) kept.hidden = false;
    }
    area.addEventListener("input", function () {
      if (area.value) store.setItem(key, area.value);
      else store.removeItem(key);
      if (kept) kept.hidden = !area.value;
    });
  });

  if (document.querySelector("script[data-drafts=sweep]")) {
    var waiting = {};
    document.querySelectorAll("[data-draft-number]").forEach(function (card) {
      waiting[PREFIX + card.dataset.draftNumber] = true;
    });
    Object.keys(store).forEach(function (key) {
      if (key.indexOf(PREFIX) === 0 && !waiting[key]) store.removeItem(key);
    });
  }
})();
