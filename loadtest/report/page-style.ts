/** The style of the report's page: everything is in the page, and nothing is asked for. */
export const PAGE_STYLE = `
:root { --ink: #1c2430; --faint: #667085; --ground: #ffffff; --panel: #f6f7f9; --rule: #dfe3e8; --band: #eaf1fb;
  --c0: #1f6fd6; --c1: #d9480f; --c2: #868e96; --c3: #2b8a3e; --bad: #c92a2a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --faint: #98a2b3; --ground: #12161c; --panel: #1a2028;
  --rule: #2b333e; --band: #1b2a3f; --c0: #5aa2ff; --c1: #ff8a5b; --c2: #8b949e; --c3: #51cf66; --bad: #ff6b6b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1240px; padding: 28px 24px 60px; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 25px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 36px 0 4px; } h3 { font-size: 15px; margin: 20px 0 6px; }
p { margin: 4px 0; } code { font: 13px/1.4 ui-monospace, monospace; background: var(--panel); padding: 1px 5px; border-radius: 4px; }
.faint { color: var(--faint); } .bad { color: var(--bad); font-weight: 600; }
.place { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 12px 0; }
.place dt { color: var(--faint); } .place dd { margin: 0; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; margin: 12px 0; }
@media (min-width: 1000px) { .tiles { grid-template-columns: repeat(5, 1fr); } }
.tile { background: var(--panel); border-radius: 8px; padding: 9px 12px; }
.tile b { display: block; white-space: nowrap; font-size: 18px; line-height: 1.3; font-variant-numeric: tabular-nums; }
.tile span { color: var(--faint); font-size: 13px; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 480px), 1fr)); gap: 14px; }
.chart { width: 100%; height: auto; background: var(--panel); border-radius: 8px; }
.chart text { font: 11px system-ui, sans-serif; fill: var(--faint); } .chart .title { font-size: 13px; font-weight: 600; fill: var(--ink); }
.chart .unit { font-weight: 400; fill: var(--faint); } .grid { stroke: var(--rule); stroke-width: 1; } .band { fill: var(--band); }
.limit { stroke: var(--bad); stroke-width: 1; stroke-dasharray: 5 4; } .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.line.c0 { stroke: var(--c0); } .line.c1 { stroke: var(--c1); } .line.c2 { stroke: var(--c2); } .line.c3 { stroke: var(--c3); }
.key.c0, .dot.c0 { fill: var(--c0); } .key.c1, .dot.c1 { fill: var(--c1); } .key.c2, .dot.c2 { fill: var(--c2); } .key.c3, .dot.c3 { fill: var(--c3); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px; }
th, td { border-bottom: 1px solid var(--rule); padding: 3px 14px 3px 0; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; position: sticky; left: 0; background: var(--ground); }
ul { margin: 4px 0 14px; padding-left: 20px; } li { overflow-wrap: anywhere; }
`;
