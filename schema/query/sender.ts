/** Stands for the identity of whoever runs the query: `r.owner.eq(sender)`. In SQL it is `:sender`. */
export const sender: SenderLiteral = Object.freeze({ isSender: true });

export interface SenderLiteral {
  readonly isSender: true;
}
