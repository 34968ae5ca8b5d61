// The officer's desk for what went wrong, as a test drives it (src/rights/incident_api.cpp).
import type { Answer } from './http.ts';
import type { Server } from './server.ts';
import type { Staff } from './staff.ts';
import { until } from './until.ts';

export interface Duty {
  whom: 'controller' | 'authority' | 'people';
  due: string;
  stage: string;
  open: boolean;
  by_law: boolean;
  tell: boolean | null;
  decided: string | null;
  done: string | null;
  late: boolean;
  reasons: string;
}

export interface Incident {
  incident: string;
  state: string;
  found: 'staff' | 'page' | 'mail';
  /** Who reported it, of `read` alone. */
  reporter: { name: string; email: string; language?: string } | null;
  risk: string;
  opened: string;
  aware: string;
  closed: string | null;
  what: string;
  found_by: string;
  remedy: string;
  texts_ended: string | null;
  reopened: { at: string; reasons: string }[];
  people: number;
  duties: Duty[];
  missing: string[];
  letter_states: Record<string, number>;
  client_states: Record<string, number>;
  notices: { phase: string; at: string; reference: string; document: Document | null }[];
}

/** A notification, as src/rights/notification.h describes it. */
export interface Document {
  incident: string;
  phase: string;
  sections: { name: string; title: string; rows: { name: string; label: string; value: string }[] }[];
}

export interface Affected {
  people: number;
  records: number;
  gone: number;
  unreachable: number;
  properties: { property: string; title: string; people: number; whole: boolean }[];
  languages: Record<string, number>;
  data: { datum: string; people: number }[];
  acts: { act: number; at: string; kind: string; property: string; title: string; whole: boolean; member: string }[];
}

export const hour_ms = 3_600_000;

/** Three texts in a language, that tell apart whose letter one reads. */
export const letter = (tag: string) => ({ happened: `happened-${tag}`, consequences: `consequences-${tag}`, measures: `measures-${tag}` });
export const letters = Object.fromEntries(['nl', 'fr', 'en', 'de'].map((tag) => [tag, letter(tag)]));

export class Officer {
  readonly server: Server;
  readonly staff: Staff;

  constructor(server: Server, staff: Staff) {
    this.server = server;
    this.staff = staff;
  }

  async open(given: object = {}): Promise<Incident> {
    const body = { what: 'Een kopie van de opslag is gestolen.', losses: ['confidentiality'], ...given };
    return (await this.staff.post('/api/v1/incidents', body)).expect(201).json<Incident>();
  }
  async list(): Promise<Incident[]> {
    return (await this.staff.get('/api/v1/incidents')).expect(200).json<Incident[]>();
  }
  async read({ incident }: { incident: string }): Promise<Incident> {
    return (await this.staff.get(`/api/v1/incidents/${incident}`)).expect(200).json<Incident>();
  }
  change({ incident }: { incident: string }, body: object): Promise<Answer> {
    return this.staff.patch(`/api/v1/incidents/${incident}`, body);
  }
  assess({ incident }: { incident: string }, risk: string, reasons = 'Na onderzoek.'): Promise<Answer> {
    return this.staff.post(`/api/v1/incidents/${incident}/assess`, { risk, reasons });
  }
  tell({ incident }: { incident: string }, whom: Duty['whom'], body: object = { tell: true }): Promise<Answer> {
    return this.staff.post(`/api/v1/incidents/${incident}/tell/${whom}`, body);
  }
  told({ incident }: { incident: string }, whom: Duty['whom'], body: object): Promise<Answer> {
    return this.staff.post(`/api/v1/incidents/${incident}/told/${whom}`, body);
  }
  close({ incident }: { incident: string }): Promise<Answer> {
    return this.staff.post(`/api/v1/incidents/${incident}/close`, {});
  }
  reopen({ incident }: { incident: string }, reasons: string): Promise<Answer> {
    return this.staff.post(`/api/v1/incidents/${incident}/reopen`, { reasons });
  }
  /** In the language of the member's browser. */
  async affected({ incident }: { incident: string }, language = 'en'): Promise<Affected> {
    const headers = { 'accept-language': language };
    return (await this.staff.ask('GET', `/api/v1/incidents/${incident}/affected`, { headers })).expect(200).json<Affected>();
  }
  async people({ incident }: { incident: string }) {
    const answer = (await this.staff.get(`/api/v1/incidents/${incident}/people`)).expect(200);
    return answer.json<{ all: number; people: { name: string; email: string; language: string; letter: string; at: string | null }[] }>();
  }
  async notification({ incident }: { incident: string }, query = ''): Promise<Answer> {
    return (await this.staff.get(`/api/v1/incidents/${incident}/notification?${query}`)).expect(200);
  }

  async duty(of: { incident: string }, whom: Duty['whom']): Promise<Duty> {
    return (await this.read(of)).duties.find((duty) => duty.whom == whom)!;
  }
  /** Waits until the mails of a duty have gone. */
  was_told(of: { incident: string }, whom: Duty['whom']): Promise<string> {
    return until(`${whom} to be told`, async () => (await this.duty(of, whom)).done, 60_000);
  }
  /** How many duties are late, as whoever watches the installation sees it. */
  async overdue(): Promise<number> {
    return Number(/^hartslag_incident_duties_overdue (\d+)$/m.exec((await this.server.local('/metrics')).text)![1]);
  }
}

/** Of one duty, by the due time of its clock: how many hours after becoming aware. */
export const hours = ({ aware }: Incident, duty: Duty): number => (Date.parse(duty.due) - Date.parse(aware)) / hour_ms;
export const row_of = (document: Document, section: string, row: string): string =>
  document.sections.find(({ name }) => name == section)!.rows.find(({ name }) => name == row)!.value;
