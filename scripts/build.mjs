/** `npm run build`: what the packages publish, `dist/` of each, from nothing: what sources have left behind does not stay. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
for (const folder of ['base', 'schema', 'protocol', 'clients/typescript', 'runtime']) {
  rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
}
process.exit(spawnSync('npx', ['--no-install', 'tsc', '-b'], { cwd: root, stdio: 'inherit' }).status ?? 1);
