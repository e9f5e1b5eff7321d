/**
 * Refuses a Node that is too old with one clear sentence. Imported first, for its effect: the files
 * that import it use only names which old versions of Node know too, so that this line is reached.
 */
const FLOOR = [20, 19];

/** Whether `version` ("20.19.0") is at least the floor. */
export function isSupported(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > FLOOR[0] || (major === FLOOR[0] && minor >= FLOOR[1]);
}

if (!isSupported(process.versions.node)) {
  console.error(
    `MidStream needs Node ${FLOOR.join('.')} or newer, and this is Node ${process.versions.node}.`,
  );
  process.exit(1);
}
