/** `bodyId` → `body_id`, `HTTPServer` → `http_server`, `player2Name` → `player2_name`; what is in snake case stays. */
export function toSnakeCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}
