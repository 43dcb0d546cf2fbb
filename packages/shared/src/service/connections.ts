import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of a server, and which of them carry a request. */
export class Connections {
  readonly #requests = new Map<Socket, number>();

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.#requests.set(socket, 0);
      socket.once('close', () => this.#requests.delete(socket));
    });
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.#add(socket, 1);
      response.once('close', () => this.#add(socket, -1));
    });
  }

  /**
   * Closes every connection on which nothing has been asked, or not all of it. A closing server of Node closes those that are idle
   * between two requests, but waits for these for ever: it stops looking at its own time limits.
   */
  closeUnused(): void {
    for (const [socket, requests] of this.#requests) if (requests === 0) socket.destroy();
  }

  #add(socket: Socket, change: 1 | -1): void {
    const requests = this.#requests.get(socket);
    if (requests !== undefined) this.#requests.set(socket, requests + change);
  }
}
