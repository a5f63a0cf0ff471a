/**
 * References that stand for a value in templates, shells and platforms. If a form may stand anywhere in a text, it
 * needs a name inside that is in one case, so that no random text matches.
 */
const TEMPLATES: readonly RegExp[] = [
  /^@Microsoft\.\w+\(/i, // Azure App Service, Azure App Configuration
  /^\$\{.*\}$|\$\{(?:[A-Z][A-Z\d_.]{2,}|[a-z][a-z\d_.]{2,})(?::[-?=+][^}]*)?\}/s, // shells, Compose, Spring
  /^\$\(.*\)$|\$\((?:[A-Z][A-Z\d_.]{2,}|[a-z][a-z\d_.]{2,})\)/s, // Kubernetes, shells, Azure Pipelines
  /^\$(?:[Ee]nv:\w+|[A-Z][A-Z\d]*(?:_[A-Z\d]+)*|[a-z][a-z\d]*(?:_[a-z\d]+)+)$/, // $SESSION_SECRET, $env:NAME
  /\{\{[\w\s.$|:"'()/,@=-]{2,}\}\}/, // Helm, Jinja, CloudFormation, GitHub
  /^<%.*%>$/s, // ERB
  /^#\{.*\}#?$|#\{(?:[A-Z][A-Z\d_.]{2,}|[a-z][a-z\d_.]{2,})\}/s, // Octopus, Azure Pipelines
  /^%(?:[A-Z][A-Z\d_.-]+|[a-z][a-z\d_.-]+)%$/, // Windows
  /^!(?:Ref|Sub|GetAtt|ImportValue|Join|reference|vault|var|secret|env)\b/i, // CloudFormation and other YAML
];

/** Tokens in a text that deployment tools replace. A name of several words isn’t there by chance. */
const TOKENS: readonly RegExp[] = [
  /(?:[$#~{]\{|\$\(|\[\[)\s*(?<name>[a-z][\w.-]*)\s*[})\]]/gi,
  /(?<sign>__|@@|##|%%)(?<name>[a-z][a-z\d]*(?:[_.-][a-z\d]+)*)\k<sign>/gi,
];
/** Tokens between single signs. Random text may hold a short one by chance. */
const SHORT_TOKEN = /(?<sign>[%@])(?<name>[a-z][\w.-]*)\k<sign>/gi;
const NAME_OF_SETTING = /^(?:[A-Z][A-Z\d]{2,}(?:_[A-Z\d]{2,})+|[a-z][a-z\d]{2,}(?:_[a-z\d]{2,})+)$/;
const NAMES_A_SECRET = /(?:secret|password|passwd|token|credential|apikey|api_key)s?$/i;
/** A token with an instruction for a person is a placeholder instead. */
const INSTRUCTION = /^(?:replace|change|insert|enter|put|paste|fill|your|todo|fixme)(?![a-z])/i;

/** The beginnings of references to tools that keep secrets. */
const PLACES_OF_SECRETS: readonly RegExp[] = [
  /^(?:op|sm|asm|ssm|gsm|kms|bao|bws|env|file):\/\//i,
  /^(?:ref\+[a-z]+|vault|akv|azkv|keyvault|keyvaultref|secretref|secretsmanager|awssm|gcp-?sm|conjur|doppler|infisical|keyring|sops):\S/i,
  /^(?:env|file):[\w/]+$/i,
  /^arn:aws[\w-]*:/i,
  /^projects\/[^/]+\/(?:secrets|locations)\//i, // Google Cloud
  /^\/?subscriptions\/[\da-f-]+\/resourceGroups\//i, // Azure
  /^(?:process\.env|os\.environ|var|local|module|secrets|data)\.[a-z_][\w.[\]"]*$/i, // Terraform, GitHub, programs
];

const ENCRYPTED: readonly RegExp[] = [
  /^encrypted:/i, // dotenvx
  /^ENC[[(]/, // SOPS, Jasypt
  /^\{cipher\}/i, // Spring Cloud Config
  /^\$ANSIBLE_VAULT/,
  /^vault:v\d+:/i, // the transit engine of Vault
  /^-----BEGIN (?:PGP MESSAGE|AGE ENCRYPTED FILE)/,
];

/** Whether this text holds a reference that no tool has replaced by its value. */
export function isUnresolved(text: string): boolean {
  return (
    TEMPLATES.some((form) => form.test(text)) ||
    TOKENS.some((form) => namesSetting(text, form)) ||
    namesSetting(text, SHORT_TOKEN, isAddress(text) ? 0 : text.length / 2)
  );
}

/** A token whose name isn’t about secrets counts from `shortest` UTF-16 units on. */
function namesSetting(text: string, form: RegExp, shortest = 0): boolean {
  return [...text.matchAll(form)].some(({ 0: token, groups: { name = '' } = {} }) => {
    const isSetting = NAME_OF_SETTING.test(name) && token.length >= shortest;
    return (isSetting || NAMES_A_SECRET.test(name)) && !INSTRUCTION.test(name);
  });
}

function isAddress(text: string): boolean {
  return text.includes('://');
}

/** Whether this text names the place of a secret instead of the secret. */
export function isPlaceOfSecret(text: string): boolean {
  return PLACES_OF_SECRETS.some((form) => form.test(text));
}

export function isEncrypted(text: string): boolean {
  return ENCRYPTED.some((form) => form.test(text));
}
