/** A table of Markdown: a row of titles, then one for each item. */
export function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [line(titles), line(titles.map(() => '---')), ...rows.map((row) => line(row.map(cell)))];
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
