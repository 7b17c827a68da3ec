/** What a server without files of its own shows at `/`: which database it is, and how a client comes to it. `host`: as the browser names it. */
export function startPage(database: string, host: string): string {
  const name = escaped(database);
  const address = escaped(host);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${name}</title>
<link rel="icon" href="data:,">
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark; }
  pre { padding: 1rem; border: 1px solid gray; border-radius: 6px; overflow-x: auto; }
</style>
<h1>${name}</h1>
<p>This is the database <b>${name}</b> of a Tickbase server. It has no page of its own: programs connect to it.</p>
<pre>DbConnection.builder()
  .withUri('ws://${address}')
  .withDatabaseName('${name}')
  .build();</pre>
<p><code>npx tickbase generate --lang typescript --module-path …</code> writes <code>DbConnection</code> for its module;
<code>npx tickbase start … --static-dir DIR</code> serves the files of a folder here.</p>
<p><a href="/v1/health">How it is doing</a></p>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
