/**
 * Preloaded into examples and documents' programs: a connection to anything but this machine is
 * refused, so that what they show needs no network.
 */
import { Socket } from 'node:net';

const LOCAL = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i;
const connect = Socket.prototype.connect;

function hostOf([first, second]) {
  const options = Array.isArray(first) ? first[0] : first;
  if (typeof options === 'object' && options !== null) {
    return options.path ? undefined : options.host;
  }
  return typeof second === 'string' ? second : undefined;
}

Socket.prototype.connect = function offlineConnect(...parameters) {
  const host = hostOf(parameters);
  if (host !== undefined && !LOCAL.test(host)) {
    throw new Error(`This program runs offline, and may not connect to ${host}`);
  }
  return connect.apply(this, parameters);
};
