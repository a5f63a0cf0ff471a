import { isUtf8 } from 'node:buffer';
import { typedText } from '../identity/typed-text.js';
import type { BrandConfig } from './config.js';
import { causeOf } from './file-cause.js';
import { line } from './schemas.js';
import type { OptionalSetting, Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';

const LARGEST_SVG_KB = 100;
const LARGEST_PNG_MB = 1;
const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');

const COMMENT = /<!--[\s\S]*?-->/g;
const FIRST_ELEMENT = /<([a-z][\w.:-]*)/i;

export const brandSettings = {
  name: {
    name: 'BRAND_NAME',
    default: 'Admin',
    example: 'Acme Gateway',
    meaning: 'The name on the sign-in page and in the console.',
    anyText: true,
    schema: line(60).pipe(typedText(60)),
  } satisfies Setting<string>,
  logoFile: {
    name: 'BRAND_LOGO_FILE',
    example: '/etc/entrance/logo.svg',
    meaning: `A logo beside the name: a PNG of at most ${LARGEST_PNG_MB} MB, or an SVG of at most ${LARGEST_SVG_KB} KB. Browsers run no script in it, and load nothing for it from elsewhere.`,
    schema: line(4_096),
  } satisfies OptionalSetting<string>,
};

export function readBrand(settings: SettingsReader): BrandConfig {
  const name = settings.get(brandSettings.name);
  const path = settings.find(brandSettings.logoFile);
  return { name, logo: path === undefined ? undefined : readLogo(settings, path) };
}

function readLogo(settings: SettingsReader, path: string): BrandConfig['logo'] {
  let bytes: Buffer;
  try {
    bytes = settings.files.read(path);
  } catch (error) {
    settings.reject(brandSettings.logoFile, `names a file that can’t be read: ${causeOf(error)}`);
    return undefined;
  }
  const isPng = bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE);
  const problem = isPng ? pngProblem(bytes) : svgProblem(bytes);
  if (problem === undefined) return { contentType: isPng ? 'image/png' : 'image/svg+xml', bytes };
  settings.reject(brandSettings.logoFile, problem);
  return undefined;
}

function pngProblem({ length }: Buffer): string | undefined {
  return length > LARGEST_PNG_MB * 1_024 ** 2 ? `names a PNG of more than ${LARGEST_PNG_MB} MB` : undefined;
}

/** The content may be hostile: the answer that sends it says that browsers run and load nothing of it. */
function svgProblem(bytes: Buffer): string | undefined {
  if (bytes.length > LARGEST_SVG_KB * 1_024)
    return `names a file of more than ${LARGEST_SVG_KB} KB that is no PNG`;
  const [, root] = FIRST_ELEMENT.exec(bytes.toString().replaceAll(COMMENT, '')) ?? [];
  return root === 'svg' && isUtf8(bytes)
    ? undefined
    : 'names a file that is neither a PNG nor an SVG in UTF-8';
}
