import { typedText } from '../identity/typed-text.js';
import type { BrandConfig } from './config.js';
import { causeOf } from './file-cause.js';
import { line } from './schemas.js';
import type { OptionalSetting, Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';
import { svgProblem } from './svg.js';

const LARGEST_SVG = 100 * 1024;
const LARGEST_PNG = 1024 * 1024;
const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');

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
    meaning:
      'A logo beside the name: a PNG, or an SVG of at most 100 KB without scripts and references to elsewhere.',
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
  const contentType = bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)
    ? 'image/png'
    : 'image/svg+xml';
  const problem = contentType === 'image/png' ? pngProblem(bytes) : vectorProblem(bytes);
  if (problem === undefined) return { contentType, bytes };
  settings.reject(brandSettings.logoFile, problem);
  return undefined;
}

function pngProblem(bytes: Buffer): string | undefined {
  return bytes.length > LARGEST_PNG ? 'names a PNG of more than 1 MB' : undefined;
}

function vectorProblem(bytes: Buffer): string | undefined {
  if (bytes.length > LARGEST_SVG) return 'names a file of more than 100 KB that is no PNG';
  const problem = svgProblem(bytes);
  return problem === undefined ? undefined : `names a file that ${problem}`;
}
