import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';

/** One block of a PEM file (RFC 7468). */
export interface PemBlock {
  readonly label: string;
  /** The text between the BEGIN and END lines, with the headers of OpenSSL’s older forms (RFC 1421). */
  readonly body: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([\s\S]*?)-----END \1-----/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** The beginning of every certificate and key in base64, as DER or in a PEM file. */
const DER_IN_BASE64 = 'MI';
const PEM_IN_BASE64 = 'LS0tLS1CRUdJTi';
const SEQUENCE = 0x30;
/** `version INTEGER 3`: a PKCS #12 file begins with these bytes, behind the length of the content (RFC 7292 §4). */
const PKCS12_VERSION = [0x02, 0x01, 0x03];
const JAVA_KEYSTORE = [0xfe, 0xed, 0xfe, 0xed];
const UTF16_MARKS = [
  [0xff, 0xfe],
  [0xfe, 0xff],
];

/** The blocks of a PEM file in their order. Text around the blocks, such as Bag Attributes, is ignored. */
export function pemBlocks(bytes: Buffer): readonly PemBlock[] {
  return [...bytes.toString('latin1').matchAll(BLOCK)].map(([, label = '', body = '']) => ({ label, body }));
}

/** Undefined if the block has headers, as an encrypted key does. */
export function derOf({ body }: PemBlock): Buffer | undefined {
  const text = body.replaceAll(/\s/g, '');
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/**
 * The reason that a file is no PEM file, and the command that converts it, as the end of a sentence; undefined if the
 * file may be PEM. `FILE` stands for its path, and `NEW` for that of a new file.
 */
export function foreignForm(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return 'an empty file';
  if (isUtf16(bytes)) return 'a file in UTF-16: write it as plain text (iconv -f UTF-16 -t UTF-8 FILE > NEW)';
  if (beginsWith(bytes, JAVA_KEYSTORE))
    return 'a Java keystore, and PEM is needed: keytool -importkeystore -srckeystore FILE -destkeystore NEW.pfx -deststoretype PKCS12, then openssl pkcs12 -in NEW.pfx -nodes -out NEW';
  if (bytes[0] === SEQUENCE && !isText(bytes)) return derForm(bytes);
  const text = bytes.toString('latin1').trim();
  if (text.includes('-----BEGIN ')) {
    return /-----BEGIN [^\n]*-----\\[nr]/.test(text)
      ? 'a file in which \\n stands where lines should end: write real line ends (printf %b "$(cat FILE)" > NEW)'
      : undefined;
  }
  return base64Form(text.replaceAll(/\s/g, ''));
}

function base64Form(text: string): string | undefined {
  if (!BASE64.test(text)) return undefined;
  if (text.startsWith(PEM_IN_BASE64)) return 'a PEM file that is in base64 once more: base64 -d FILE > NEW';
  if (!text.startsWith(DER_IN_BASE64)) return undefined;
  return `base64 without PEM lines around it: base64 -d FILE > NEW gives ${derForm(Buffer.from(text, 'base64')).replaceAll('FILE', 'NEW').replaceAll('-out NEW', '-out NEW.pem')}`;
}

/** The kind of a DER file, as far as its first bytes tell, and the command that converts it. */
function derForm(bytes: Buffer): string {
  if (isPkcs12(bytes)) {
    return 'a PKCS #12 file (PFX), and PEM is needed: openssl pkcs12 -in FILE -nodes -out NEW writes certificate and key into one file, which both settings may name';
  }
  if (isUnderstood(() => new X509Certificate(bytes)))
    return 'a certificate in DER, and PEM is needed: openssl x509 -inform DER -in FILE -out NEW';
  const isKey = (['pkcs8', 'pkcs1', 'sec1'] as const).some((type) =>
    isUnderstood(() => createPrivateKey({ key: bytes, format: 'der', type })),
  );
  if (isKey) return 'a private key in DER, and PEM is needed: openssl pkey -inform DER -in FILE -out NEW';
  if (isUnderstood(() => createPublicKey({ key: bytes, format: 'der', type: 'spki' })))
    return 'a public key in DER, which is neither a certificate nor a private key';
  return 'a file in DER, and PEM is needed: openssl x509 -inform DER (a certificate), openssl pkey -inform DER (a key) or openssl pkcs7 -inform DER -print_certs (a chain), each with -in FILE -out NEW';
}

function isPkcs12(bytes: Buffer): boolean {
  const [, length = 0] = bytes;
  // Below 0x80 the byte is the length itself; otherwise it is the number of bytes that hold the length (X.690 §8.1.3).
  const content = 2 + (length > 0x80 ? length - 0x80 : 0);
  return beginsWith(bytes.subarray(content), PKCS12_VERSION);
}

function isUtf16(bytes: Buffer): boolean {
  if (UTF16_MARKS.some((mark) => beginsWith(bytes, mark))) return true;
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes;
  return (
    bytes.length >= 4 &&
    ((first === 0 && third === 0) || (second === 0 && fourth === 0)) &&
    first + second > 0
  );
}

function isText(bytes: Buffer): boolean {
  return bytes
    .subarray(0, 64)
    .every((byte) => byte === 0x09 || byte === 0x0a || byte === 0x0d || byte >= 0x20);
}

function beginsWith(bytes: Buffer, beginning: readonly number[]): boolean {
  return beginning.every((byte, index) => bytes[index] === byte);
}

function isUnderstood(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
