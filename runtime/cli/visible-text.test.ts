import { expect, test } from 'vitest';
import { visibleText } from './visible-text.ts';

test('what would steer a terminal, or turn the direction of reading, is shown as a dot', () => {
  expect(visibleText('ann\u001b[2J\r\n\u202ebob\u2028\u0085 cédre 𝔘')).toBe('ann·[2J···bob·· cédre 𝔘');
});
