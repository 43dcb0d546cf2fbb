import { Socket } from 'node:net';

const READ_BYTES_MAX = 65_536;

/** Windows reads ahead into the buffer it is given, so there every connection needs its own. */
const canShare = process.platform !== 'win32';
const shared = Buffer.allocUnsafeSlow(READ_BYTES_MAX);

/**
 * The `onread` option for a socket: all connections read into one buffer, which spares the 64 K that Node would otherwise
 * allocate for each read. What `onData` is given is valid until it returns.
 */
export function readIntoSharedBuffer(onData: (bytes: Buffer) => void) {
  const buffer = canShare ? shared : Buffer.allocUnsafeSlow(READ_BYTES_MAX);
  const callback = (length: number): boolean => {
    onData(buffer.subarray(0, length));
    return true;
  };
  return { buffer, callback };
}

/**
 * A connection that a server with `pauseOnConnect` has accepted, reading into the shared buffer. Node offers `onread` for
 * outgoing connections only, so the connection's handle moves to a socket that has it; the accepted one stays as what the
 * server counts. Where Node keeps its handles differently, the accepted socket itself is read.
 */
export function acceptIntoSharedBuffer(accepted: Socket, onData: (bytes: Buffer) => void): Socket {
  const inner = accepted as unknown as { _handle?: object | null };
  const handle = inner._handle;
  if (typeof handle !== 'object' || handle === null || !('useUserBuffer' in handle)) {
    return accepted.on('data', onData).resume();
  }
  inner._handle = null;
  const options: object = { handle, onread: readIntoSharedBuffer(onData) };
  return new Socket(options).on('close', () => accepted.destroy());
}
