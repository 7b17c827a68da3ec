/** What a bot may say, by what it is about. `{name}` is somebody who stands near. */
export const LINES = {
  greeting: ['Hello {name}!', 'Good to see you, {name}.', '{name}, have you eaten?', 'Walk with me, {name}?'],
  land: [
    'The deer are shy today.',
    'I saw a fox by the shore.',
    'The berries are best behind the camp.',
    'Follow the path north-east and mind your head.',
    'What a fine morning.',
    'I could walk all day.',
  ],
  cave: [
    'It hums in here.',
    'Look at the lights!',
    'The glimmers do not bite.',
    'Crystals, and nobody to share them with.',
  ],
  fire: ['Come and sit by my fire.', 'It gets dark, so I made a fire.', 'Room for one more here.'],
  crafting: ['That will do.', 'Made with my own hands!', 'Not pretty, but it holds.'],
  wolf: ['A wolf!', 'To the fire, quick!', 'Run!'],
  gathering: ['These are ripe.', 'One for the pot.', 'Just one more.'],
  world: [
    'Anybody at the fire?',
    'I am off to the cave, who comes along?',
    'Three mushrooms for a crystal!',
    'There is stew at the camp.',
    'Has anyone seen the deer today?',
    'The wolves were close last night.',
    'The woods in the east are full of berries.',
    'Who has wood to spare?',
  ],
} as const;
