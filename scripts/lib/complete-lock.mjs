/** Finds and adds the optional packages of other platforms that a lock file lacks. */
const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'sunos'];
const OTHER_SYSTEMS = ['openharmony', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x'];
const OTHER_PROCESSORS = ['wasm32', 'x64'];
const EXACT = /^\d+\.\d+\.\d+(?:-[\w.-]+)?$/;

/** What the words of a package's name say of its platform, in the fields of a lock entry. */
function platformOf(name) {
  const words = new Set(name.split(/[-/]/));
  const cpu = [...PROCESSORS, ...OTHER_PROCESSORS].filter((word) => words.has(word));
  const os = [...SYSTEMS, ...OTHER_SYSTEMS].filter((word) => words.has(word));
  const libc = words.has('musl') ? { libc: ['musl'] } : {};
  return { cpu, os, libc };
}

/**
 * @param {{packages: Record<string, any>}} lock a parsed package-lock.json of version 3
 * @returns {{lock: any, added: string[], unpinned: string[]}} the whole lock, and what it lacked
 */
export function completeLock(lock) {
  const packages = { ...lock.packages };
  const held = new Set(Object.keys(packages).map((at) => at.split('node_modules/').at(-1)));
  const added = [];
  const unpinned = [];
  for (const entry of Object.values(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (held.has(name)) continue;
      if (!EXACT.test(version)) {
        unpinned.push(`${name} ${version}`);
        continue;
      }
      const { cpu, os, libc } = platformOf(name);
      const dev = entry.dev ? { dev: true } : {};
      packages[`node_modules/${name}`] = { version, cpu, ...dev, ...libc, optional: true, os };
      held.add(name);
      added.push(name);
    }
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { lock: { ...lock, packages: Object.fromEntries(sorted) }, added, unpinned };
}
