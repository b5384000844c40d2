// A stream that also holds blocks of parts that are off: known, so that they can be shown and sent back, and never offered.
(() => {
  const { StreamBlockDefinition } = window.wagtailStreamField.blocks;

  class PluginStreamBlockDefinition extends StreamBlockDefinition {
    constructor(name, groupedChildBlockDefs, initialChildStates, meta, kept) {
      super(name, groupedChildBlockDefs, initialChildStates, meta);
      const render = kept.render.bind(kept);
      // Its value is sealed: nothing that belongs into a heading.
      kept.render = (...given) => Object.assign(render(...given), { getTextLabel: () => "" });
      this.childBlockDefsByName[kept.name] = kept;
    }
  }

  window.telepath.register("civicnet.lifecycle.PluginStreamBlock", PluginStreamBlockDefinition);
})();
