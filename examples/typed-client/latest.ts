// Prints the latest articles; with a key and words, hands in a case besides. Run it with
//
//     node latest.js http://127.0.0.1:8000/graphql/ [cvn_… "what it is about" "where"]
import { ask } from "./ask.js";
import { type BlockFragment, ChangesDocument, LatestArticlesDocument, SubmitCaseDocument } from "./client.js";

declare const process: { argv: string[] };

/** A block as one line of text. A block that the platform adds later makes this fail to compile once the schema is renewed. */
function line(block: BlockFragment): string {
  switch (block.__typename) {
    case "PublicityArticleBodyHeadingBlock":
      return block.value;
    case "PublicityArticleBodyParagraphBlock":
      return block.richText.text;
    case "PublicityArticleBodyImageBlock":
      return block.caption || (block.image?.title ?? "");
    case "PublicityArticleBodyQuoteBlock":
      return `${block.text} (${block.source})`;
    case "PublicityArticleBodyTableBlock":
      return (block.table?.rows ?? []).map((row) => row.join(" | ")).join("\n");
    case "PublicityArticleBodyAttachmentBlock":
      return block.name || (block.document?.title ?? "");
    case "PublicityArticleBodyGalleryBlock":
      return block.pictures.map((one) => one.caption || (one.image?.title ?? "")).join(" | ");
    case "PublicityArticleBodyVideoBlock":
      return block.caption || (block.video?.title ?? "");
    case "PublicityArticleBodyAttachmentsBlock":
      return block.files.map((one) => one.name || (one.document?.title ?? "")).join(" | ");
    case "PublicityArticleBodyQuestionsBlock":
      return block.items.map((one) => `${one.question} ${one.answer.text}`).join("\n");
    case "PublicityArticleBodyPolicyBlock":
      return block.article?.title ?? "";
    case "PublicityArticleBodyChartBlock":
      return block.title || (block.metric?.label ?? "");
    case "PublicityArticleBodyGridCardBlock":
      return block.grid?.name ?? "";
  }
}

const [endpoint = "http://127.0.0.1:8000/graphql/", key, description, address] = process.argv.slice(2);

const { publicityArticles } = await ask(endpoint, LatestArticlesDocument, { first: 5 }, key);
for (const article of publicityArticles.nodes) {
  console.log(article.title);
  article.body.map(line).forEach((text) => console.log(`  ${text}`));
}

const { changes } = await ask(endpoint, ChangesDocument, {}, key);
console.log(`${changes.nodes.filter((one) => one.operation === "UPSERT").length} nodes to copy`);

if (key && description && address) {
  const input = { category: "street-light", description, address };
  // The same key each time it is sent again: what is lost on the way is not done twice.
  const { hotlineSubmitCase: done } = await ask(endpoint, SubmitCaseDocument, { input, key: crypto.randomUUID() }, key);
  console.log(done.case ? `${done.case.number} ${done.case.state}` : done.errors.map((one) => one.message).join("\n"));
}
