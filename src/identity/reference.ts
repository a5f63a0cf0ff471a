/**
 * What templates, shells and platforms put in place of a value. Forms that may stand anywhere need a name inside, so that
 * a random text has none of them.
 */
const TEMPLATES: readonly RegExp[] = [
  /^@Microsoft\.\w+\(/i, // Azure App Service, Azure App Configuration
  /^\$\{.*\}$|\$\{[a-z_][\w.]{2,}\}|\$\{\w{3,}:[-?=+][^}]*\}/is, // shells, Compose, Spring
  /^\$\(.*\)$|\$\([a-z_][\w.]{2,}\)/is, // Kubernetes, shells, Azure Pipelines
  /^\$(?:env:\w+|[a-z][a-z\d]*_\w*|[A-Z]{4,})$/i, // $SESSION_SECRET, $env:NAME
  /\{\{[\w\s.$|:"'()/,@=-]{2,}\}\}/, // Helm, Jinja, CloudFormation, GitHub
  /^<%.*%>$/s, // ERB
  /^#\{.*\}#?$|#\{[a-z_][\w.]{2,}\}/is, // Octopus, Azure Pipelines
  /^%[a-z_][\w.-]{2,}%$/i, // Windows
  /^!(?:Ref|Sub|GetAtt|ImportValue|Join|reference|vault|var|secret|env)\b/i, // CloudFormation and other YAML
];

/** How the address of a secret begins in the tools that keep secrets. */
const PLACES_OF_SECRETS: readonly RegExp[] = [
  /^(?:op|ref\+[a-z]+|vault|bao|akv|azkv|keyvault|keyvaultref|secretref|secretsmanager|awssm|asm|ssm|gsm|gcp-?sm|sm|bws|conjur|doppler|infisical|keyring|sops|kms|env|file):\S/i,
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

/** Whether something in this text was to be replaced by a value, and nothing did it. */
export function isUnresolved(text: string): boolean {
  return TEMPLATES.some((form) => form.test(text));
}

/** Whether this text says where a secret is kept. */
export function isPlaceOfSecret(text: string): boolean {
  return PLACES_OF_SECRETS.some((form) => form.test(text));
}

/** Whether this text is a secret that some tool still has to decrypt. */
export function isEncrypted(text: string): boolean {
  return ENCRYPTED.some((form) => form.test(text));
}
