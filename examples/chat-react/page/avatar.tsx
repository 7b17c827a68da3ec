import { memo } from 'react';
import type { User } from '../module_bindings/index.ts';
import { nameOf } from './name-of.ts';

/** A person's first letter on a colour of their own. */
export const Avatar = memo(function Avatar({ user }: { user: User }) {
  const hue = Number(user.identity.__identity__ % 360n);
  return (
    <i className="avatar" aria-hidden="true" style={{ background: `hsl(${hue} 45% 45%)` }}>
      {nameOf(user).slice(0, 1).toUpperCase()}
    </i>
  );
});
