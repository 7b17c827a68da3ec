import { nearestName } from '@tickbase/base';

/** `; did you mean NAME?`, or nothing where none of the names is near. */
export function didYouMean(name: string, known: readonly { readonly name: string }[]): string {
  const nearest = nearestName(
    name,
    known.map((item) => item.name),
  );
  return nearest === null ? '' : `; did you mean ${nearest}?`;
}
