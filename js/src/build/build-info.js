// Writes the build info, `dist/.vite/bridge.json`: facts about a build that the manifest lacks. It
// is the last file of a build.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildOf, hasReact, outDirOf, viteVersion } from '../project.js';
import { publicFilesBelow } from '../public-files.js';
import { writeJson } from '../write.js';

/** @typedef {import('vite').ResolvedConfig} Config */

/**
 * @param {Config} config
 * @param {Set<string>} hashed files whose names carry a content hash
 * @param {Set<string>} written all files of the build
 */
export function writeBuildInfo(config, hashed, written) {
  const outDir = outDirOf(config);
  const manifest = join(outDir, manifestPath(config));
  if (!existsSync(manifest)) return;
  writeJson(join(outDir, '.vite/bridge.json'), {
    version: 1,
    buildId: createHash('sha256').update(readFileSync(manifest)).digest('hex').slice(0, 16),
    vite: viteVersion(config),
    base: config.base,
    react: hasReact(config),
    hashed: [...hashed].sort(),
    public: publicFiles(config),
    integrity: integrity(outDir, written),
  });
}

/** @param {Config} config */
function manifestPath(config) {
  const { manifest } = buildOf(config);
  return typeof manifest === 'string' ? manifest : '.vite/manifest.json';
}

/**
 * Lists the public files that Vite copies.
 *
 * @param {Config} config
 */
function publicFiles(config) {
  const folder = config.publicDir;
  if (!folder || !buildOf(config).copyPublicDir || !existsSync(folder)) return [];
  return publicFilesBelow(folder);
}

/**
 * Computes Subresource Integrity for scripts and stylesheets from the bytes on disk.
 *
 * @param {string} outDir
 * @param {Set<string>} written
 */
function integrity(outDir, written) {
  const loadable = [...written].filter((file) => /\.(?:[cm]?js|css)$/.test(file)).sort();
  const existing = loadable.filter((file) => existsSync(join(outDir, file)));
  return Object.fromEntries(existing.map((file) => [file, digest(readFileSync(join(outDir, file)))]));
}

/** @param {Buffer} bytes */
function digest(bytes) {
  return `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
}
