// Somebody who registers one person after another, and again whoever got no answer.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../support/server.ts';
import type { Life } from './viewer.ts';

export class Registrar {
  readonly acknowledged = new Map<string, string>();
  /** Was asked, and not answered yet. */
  open: { name: string; email: string } | undefined;
  unanswered = 0;
  readonly #server: Server;
  readonly #event: { event: string };
  readonly #index: number;
  #count = 0;

  constructor(server: Server, event: { event: string }, index: number) {
    this.#server = server;
    this.#event = event;
    this.#index = index;
  }

  async live(life: Life) {
    while (!life.over) {
      await this.register_one(life);
      await sleep(5);
    }
  }

  async register_one(life: Life) {
    const number = `${this.#index}-${this.#count}`;
    this.open ??= { name: `Deelnemer ${number}`, email: `deelnemer-${number}@kijker.example` };
    try {
      const { status, answer } = await this.#server.register(this.#event, { ...this.open });
      assert.equal(status, 303, `${answer}`);
    } catch (error) {
      for (let waited = 0; !life.over && waited < 100; ++waited) await sleep(20);
      if (!life.over) throw error;
      ++this.unanswered;
      return;
    }
    this.acknowledged.set(this.open.email, this.open.name);
    this.open = undefined;
    ++this.#count;
  }
}
