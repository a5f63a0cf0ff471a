/** Words that mark a text as a placeholder. */
const TELLING =
  words(`secret secrets password passwd passwort passphrase pwd geheim geheimnis motdepasse senha
  token key apikey credential credentials value change changeme changeit replace replaceme insert enter fill put
  placeholder todo tbd fixme example sample test testing demo dummy default your yours my none null undefined empty
  unset unknown redacted hidden masked sensitive foo bar baz letmein`);
/** Words that often stand beside those above. */
const BESIDE =
  words(`a an the this that it is isn t me us and or to be with by in at for from as not no only some any own
  set real actual strong super very long short secure random private new old good bad please here text string
  characters chars bytes bits least minimum admin administrator root user client server session cookie metrics redis
  entra azure microsoft sso oauth app application platform gateway production prod staging dev development
  environment env file hex base signing key keys bearer entrance prometheus id guid uuid something x xx xxx`);
const LONGEST_WORD = 14;

/** Instructions that stand in place of a secret. */
const INSTRUCTIONS: readonly RegExp[] = [
  /(?:change|replace)[\W_]*(?:me|this|it|with)(?![a-z])/i,
  /(?:changeme|replaceme){2}|placeholder|keyboard[\W_]*cat|openssl[\W_]+rand/i,
  /to[\W_]?be[\W_]?(?:defined|replaced|filled|changed|done)/i,
  /(?:^|[\W_])your[\W_]+(?:[a-z\d]+[\W_]+){0,4}(?:secret|password|token|key|value|passphrase)(?![a-z])/i,
  /(?:^|[\W_])(?:insert|put|enter|paste)[\W_].*[\W_]here(?![a-z])/i,
  /^(?:todo|fixme|tbd)(?:$|[:\s])/i,
  /^<\s*[a-z][\w\s:.,;’'"/|-]*>$/i,
];
/** The longest part of a text that is checked: more characters add nothing. */
const LONGEST_LOOK = 1_024;

/** Whether this text is a placeholder. `advice` is the text that the documentation shows in place of a secret. */
export function isPlaceholder(whole: string, advice = ''): boolean {
  const text = whole.slice(0, LONGEST_LOOK).normalize('NFKC');
  if (INSTRUCTIONS.some((form) => form.test(text))) return true;
  const letters = lettersOf(text);
  const advised = lettersOf(advice);
  return (advised !== '' && letters.includes(advised)) || saysOnlyWhatItIs(text, letters);
}

/** Words about a secret and hardly anything else, in any spelling: `my-super-secret`, `YourClientSecret123`. */
function saysOnlyWhatItIs(text: string, letters: string): boolean {
  const digits = text.replace(/\D/g, '').length;
  return letters.length > digits && letters.length * 2 >= text.length && isMadeOfWords(letters);
}

/** Whether the letters split into the words above, with at least one of `TELLING`. */
function isMadeOfWords(letters: string): boolean {
  const tellsUpTo: (boolean | undefined)[] = [false];
  for (let end = 1; end <= letters.length; end += 1) {
    for (let start = Math.max(0, end - LONGEST_WORD); start < end; start += 1) {
      const tells = tellsUpTo[start];
      const word = letters.slice(start, end);
      if (tells === undefined || !isAboutSecrets(word)) continue;
      tellsUpTo[end] = tells || TELLING.has(word) || tellsUpTo[end] === true;
    }
  }
  return tellsUpTo[letters.length] === true;
}

/** Whether people write this word where a secret belongs. */
export function isAboutSecrets(word: string): boolean {
  return TELLING.has(word) || BESIDE.has(word);
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(/\P{L}/gu, '');
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
