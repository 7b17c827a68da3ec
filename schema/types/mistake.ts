/** A type that nothing fits: where it stands, the editor's message names it, and so says what is wrong. */
export interface Mistake<Message extends string> {
  readonly mistake: Message;
  readonly [NEVER]: never;
}

declare const NEVER: unique symbol;
