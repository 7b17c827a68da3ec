/** Names that cannot be used, each with the language that takes them. Compared letter by letter, case included. */
const WORDS: readonly (readonly [taker: string, words: string])[] = [
  [
    'C++',
    'alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class compl concept const ' +
      'consteval constexpr constinit const_cast continue co_await co_return co_yield decltype default delete do double dynamic_cast ' +
      'else enum explicit export extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq ' +
      'nullptr operator or or_eq private protected public register reinterpret_cast requires return short signed sizeof static ' +
      'static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename union unsigned ' +
      'using virtual void volatile wchar_t while xor xor_eq',
  ],
  [
    'C#',
    'abstract as base byte checked decimal delegate event finally fixed foreach implicit in interface internal is lock null object ' +
      'out override params readonly ref sbyte sealed stackalloc string uint ulong unchecked unsafe ushort',
  ],
  [
    'Unreal',
    'check checkf checkSlow checkNoEntry checkNoRecursion verify verifyf ensure ensureMsgf ensureAlways TEXT PI min max TRUE FALSE ' +
      'NULL IN OUT CONST FORCEINLINE unimplemented int8 int16 int32 int64 uint8 uint16 uint32 uint64 TCHAR FName FString None',
  ],
  [
    'TypeScript',
    'arguments await debugger eval extends function implements import instanceof let package super typeof undefined var with yield',
  ],
  [
    'JavaScript objects',
    'constructor prototype hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf toJSON',
  ],
];

const TAKER_BY_WORD: ReadonlyMap<string, string> = new Map(
  WORDS.flatMap(([taker, words]) => words.split(' ').map((word) => [word, taker] as const)),
);

/** Who takes this name; null: nobody. */
export function takerOfName(name: string): string | null {
  if (name.startsWith('__')) return 'Tickbase';
  if (/^_[A-Z]/.test(name)) return 'C++';
  return TAKER_BY_WORD.get(name) ?? null;
}
