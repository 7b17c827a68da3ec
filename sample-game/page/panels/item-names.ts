import { Item } from '../../src/rules.ts';

/** What people call the items. */
export const ITEM_NAMES: Readonly<Record<number, string>> = {
  [Item.Berries]: 'berries',
  [Item.Mushrooms]: 'mushrooms',
  [Item.Crystals]: 'crystals',
  [Item.Wood]: 'wood',
  [Item.Torch]: 'torch',
  [Item.Stew]: 'stew',
  [Item.Spear]: 'spear',
  [Item.Charm]: 'charm',
  [Item.Campfire]: 'camp fire',
};

/** What crafted things are good for. */
export const ITEM_USES: Readonly<Record<number, string>> = {
  [Item.Torch]: 'wolves keep away',
  [Item.Stew]: 'heals at once',
  [Item.Spear]: 'drives wolves off',
  [Item.Charm]: 'heals while held',
  [Item.Campfire]: 'cook and rest',
};
