// A stream that also holds blocks of parts that are off: known, so that they can be shown and sent back, and never offered.
(() => {
  const { StreamBlockDefinition } = window.wagtailStreamField.blocks;

  class PluginStreamBlockDefinition extends StreamBlockDefinition {
    constructor(name, groupedChildBlockDefs, initialChildStates, meta, kept) {
      super(name, groupedChildBlockDefs, initialChildStates, meta);
      this.childBlockDefsByName[kept.name] = kept;
    }
  }

  window.telepath.register("civicnet.lifecycle.PluginStreamBlock", PluginStreamBlockDefinition);
})();
