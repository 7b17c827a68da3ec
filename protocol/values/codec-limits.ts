/**
 * Items of an array whose items take no bytes (unit, an object without fields): a count of them costs the receiver
 * work that no bytes have paid for, so it is bounded.
 */
export const ZERO_SIZE_ITEMS_MAX = 65_536;
