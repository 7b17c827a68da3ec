/** Keys that a focused button uses itself. */
const PRESSING_KEYS: ReadonlySet<string> = new Set(['Enter', 'Space']);

/** Calls what belongs to a key (by its place on the keyboard) when it goes down: not while one writes, and not with Ctrl, Alt or Meta. */
export function bindShortcuts(shortcuts: Readonly<Record<string, () => void>>): void {
  addEventListener('keydown', (event) => {
    const { target, code } = event;
    const isPressing = target instanceof HTMLElement && target.closest('button, summary') !== null;
    if (target instanceof HTMLInputElement || (isPressing && PRESSING_KEYS.has(code))) return;
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const shortcut = shortcuts[code];
    if (shortcut === undefined) return;
    event.preventDefault();
    shortcut();
  });
}
