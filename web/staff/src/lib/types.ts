// The shapes that the server and this application exchange. Instants are RFC 3339 in UTC; a name ending in `_s` is in
// seconds; `Line` is base64 of two bits per cell, cell 0 in the lowest bits of byte 0.

import type { DutiesInShort } from './duties.ts';

export type Language = 'nl' | 'fr' | 'en' | 'de';
export type Instant = string;
export type EventState = 'draft' | 'open' | 'live' | 'ended';
export type EventKind = 'live' | 'on-demand';
export type OpensBy = 'form' | 'link' | 'both';
export type VideoKind = 'none' | 'address' | 'upload' | 'live';
export type Presence = 'active' | 'open' | 'absent' | 'never';

export interface Me {
  member: string;
  name: string;
  email: string;
  /** Of one's mails. */
  language: Language;
  /** By mail, when one waits. */
  told_of_approvals: boolean;
  role: string;
  organisation: string;
  /** It is the organisation that operates the installation. */
  operates: boolean;
  /** What the server's clock shows. */
  now: Instant;
  permissions: string[];
  /** Null for who does not answer requests. */
  requests: { open: number; overdue: number } | null;
  /** Null for who does not handle incidents. */
  incidents: { open: number; overdue: number } | null;
  /** Passwords and keys of the installation; null for who does not manage events. */
  credentials: { overdue: number } | null;
  /** Null for who sends no updates, and where the policy declares none. */
  updates: { declared: number } | null;
  /** How much waits for this member; null where nothing waits for a second person. */
  approvals: { waiting: number } | null;
  /** What there is to do before anything else. While there is, `permissions` is empty. */
  duties: DutiesInShort;
  /** The last day of the membership, where it has one. */
  ends: string | null;
}

export interface ApiToken {
  token: string;
  label: string;
  permissions: string[];
  created: Instant;
  expires: Instant | null;
  last_used: Instant | null;
}

/** A word of the policy with what it says in the reader's language. */
export interface Named {
  name: string;
  says: string;
}

/** On which an organiser gets reports of an event. */
export interface Assignment {
  number: number;
  organiser: string;
  reference: string;
  agreed_on: string;
  /** Where the organiser is written to; may be empty. */
  reply_to: string;
  purposes: string[];
  recorded: Instant;
  ended: Instant | null;
}

export interface AssignmentDesk {
  assignment: Assignment | null;
  earlier: Assignment[];
  /** All that an assignment may name. */
  purposes: Named[];
  disclosures: { number: number; at: Instant; receiver: string; form: string; people: number; by: string }[];
}

export interface DisclosureBook {
  grounds: Named[];
  data: Named[];
  disclosures: {
    number: number;
    at: Instant;
    title: string;
    ground: string;
    receiver: string;
    reference: string;
    data: string[];
    people: number;
    by: string;
  }[];
}

/** How a promise of the policy stands. */
export type PromiseState = 'kept' | 'attention' | 'broken' | 'none';

export interface PromiseRow {
  id: string;
  promise: string;
  state: PromiseState;
  evidence: string[];
  details: string[];
}

export interface PromiseList {
  policy: { name: string; version: string; in_force: string };
  language: Language;
  at: Instant;
  counts: Record<PromiseState, number>;
  groups: { group: string; title: string; promises: PromiseRow[] }[];
}

/** A request of somebody about their data, as the officer's desk lists it. */
export interface RequestRow {
  request: string;
  right: string;
  says: string;
  does: string;
  by: string;
  state: 'received' | 'waiting' | 'identified' | 'decided' | 'closed';
  channel: 'page' | 'own_page' | 'mail' | 'hand';
  language: Language;
  received: Instant;
  due: Instant;
  stage: 'calm' | 'half' | 'late' | 'last_day' | 'overdue';
  paused: Instant | null;
  identified_by: string;
  decided: Instant | null;
  granted: boolean | null;
  restricts: boolean;
  proof: string;
}

export interface RequestDetail extends RequestRow {
  name: string;
  email: string;
  message: string;
  organisation: string;
  organisation_email: string;
  reasons: string;
  can_extend: boolean;
  subjects: { property: string; title: string; fields: { name: string; label: string; value: string }[] }[];
  templates: { name: string; text: string }[];
  rights: { right: string; says: string }[];
}

export type Told = 'controller' | 'authority' | 'people';
export type Risk = 'unassessed' | 'none' | 'unlikely' | 'some' | 'high';
export const losses = ['confidentiality', 'integrity', 'availability'] as const;
export const incident_states = ['suspected', 'detected', 'ongoing', 'halted', 'concluded'] as const;
export const notice_phases = ['preliminary', 'supplement', 'complete'] as const;
export type Exception = 'unintelligible' | 'measures' | 'disproportionate' | 'own_data';
export type LetterState = 'due' | 'queued' | 'sending' | 'sent' | 'failed' | 'dropped';

/** Whom the policy promises to tell of an incident, and what became of it. */
export interface IncidentDuty {
  whom: Told;
  due: Instant;
  stage: 'calm' | 'sixth' | 'third' | 'two_thirds' | 'last' | 'overdue';
  /** Somebody has to do something. */
  open: boolean;
  /** Only in the cases in which the law wants it. */
  by_law: boolean;
  tell: boolean | null;
  done: Instant | null;
  late: boolean;
  reasons: string;
  exception: Exception | '';
  how: string;
  late_reasons: string;
}

export interface IncidentRow {
  incident: string;
  state: (typeof incident_states)[number];
  found: 'staff' | 'page' | 'mail';
  risk: Risk;
  opened: Instant;
  aware: Instant;
  closed: Instant | null;
  what: string;
  duties: IncidentDuty[];
}

export interface IncidentLetter {
  happened: string;
  consequences: string;
  measures: string;
}

export interface IncidentClient {
  name: string;
  email: string;
  language: Language;
}

export type Missing = 'assessment' | Told | 'complete_notice' | 'remedy' | 'policy_decision';

/** What an officer says of an incident. */
export interface IncidentAccount {
  state: IncidentRow['state'];
  aware: Instant;
  from: Instant | null;
  until: Instant | null;
  what: string;
  found_by: string;
  losses: string[];
  properties: string[];
  data: string[];
  consequences: string;
  measures_before: string;
  measures: string;
}

export interface IncidentDetail extends IncidentRow, IncidentAccount {
  state: IncidentRow['state'];
  aware: Instant;
  what: string;
  acts: number[];
  risk_reasons: string;
  remedy: string;
  policy_decision: string;
  clients: IncidentClient[];
  letters: Partial<Record<Language, IncidentLetter>>;
  /** Who reported it from outside; empty fields for who is no more. */
  reporter: { name: string; email: string } | null;
  missing: Missing[];
  letter_states: Partial<Record<LetterState, number>>;
  client_states: Partial<Record<LetterState, number>>;
  notices: { phase: (typeof notice_phases)[number]; at: Instant; reference: string }[];
  reopened: { at: Instant; reasons: string }[];
  /** When its texts went. */
  texts_ended: Instant | null;
}

/** What an incident can name. */
export interface IncidentChoices {
  data: { datum: string; says: string }[];
  properties: { property: string; title: string }[];
  languages: Language[];
}

export interface Affected {
  people: number;
  records: number;
  gone: number;
  /** Without an e-mail address. */
  unreachable: number;
  /** `whole`: everybody there, and not those alone whom the acts touched. */
  properties: { property: string; title: string; people: number; whole: boolean }[];
  data: { datum: string; says: string; people: number }[];
  /** `whole`: the journal does not know whom it touched. */
  acts: { act: number; at: Instant; kind: string; property: string; title: string; whole: boolean; member: string }[];
  acts_cut: boolean;
}

export interface AffectedPeople {
  all: number;
  people: { name: string; email: string; property: string; letter: LetterState | ''; at: Instant | null }[];
}

export interface PolicyField {
  name: string;
  type: string;
  required: boolean;
  label: Partial<Record<Language, string>>;
}

export interface Policy {
  version: string;
  name: string;
  languages: Language[];
  fields: PolicyField[];
  facts: string[];
  /** The ways in that an event may offer. */
  opens_by: OpensBy[];
  /** Acts that wait for a second person. */
  four_eyes: string[];
}

export interface EventSummary {
  event: string;
  title: string;
  state: EventState;
  kind: EventKind;
  starts: Instant;
  ends: Instant;
  time_zone: string;
  registered: number;
}

export interface Moment {
  at: Instant;
  label: string;
}

export interface Video {
  kind: VideoKind;
  address: string | null;
  captions: boolean;
}

/** What an organiser declares about an event, and sends. */
export interface EventPlan {
  title: string;
  description: string;
  kind: EventKind;
  starts: Instant;
  ends: Instant;
  /** Goes on past its planned end until somebody closes it, at most 24 hours. */
  runs_on: boolean;
  time_zone: string;
  language: Language;
  fields: string[];
  required: string[];
  opens_by: OpensBy;
  measured: boolean;
  capacity: number | null;
  video: Pick<Video, 'kind' | 'address'>;
  moments: Moment[];
  /** Origins on whose pages the heartbeat script may be used by a tag. */
  domains: string[];
}

export interface EventDetail extends EventPlan, EventSummary {
  video: Video;
  links: { registration: string };
  /** When something that identifies goes next. */
  deletes_at: Instant | null;
  anonymous_since: Instant | null;
}

export interface Upload {
  state: 'none' | 'receiving' | 'packing' | 'ready' | 'failed';
  progress: number;
  reason?: string;
}

export interface CurvePoint {
  at: Instant;
  active: number;
  inactive: number;
}

export interface Report {
  event: string;
  from: Instant;
  to: Instant;
  step_s: number;
  viewers: { registered: number; opened: number; consented: number; refused: number; watched: number };
  watch: { average_active_s: number; median_active_s: number; average_open_s: number };
  curve: CurvePoint[];
  accredited: number;
}

export interface LiveFolder {
  folder: string;
  playlist: string;
}

export interface Movements {
  step_s: number;
  from: Instant;
  arrivals: number[];
  departures: number[];
}

export interface Person {
  viewer: string;
  name: string;
  email: string;
  registered: Instant;
  first_seen: Instant | null;
  last_seen: Instant | null;
  active_s: number;
  open_s: number;
  /** Of the planned duration, 0 … 1; in a report only. */
  share?: number;
  /** Now; in the live view only. */
  state?: Presence;
  consent: 'given' | 'refused' | 'none';
  line?: string;
}

export interface People {
  from: Instant;
  to: Instant;
  cells: number;
  people: Person[];
}

export interface Interval {
  start: Instant;
  end: Instant;
  facts: number;
  action: 'active' | 'inactive';
}

export interface Session {
  session: string;
  opened: Instant;
  consented: boolean;
  intervals: Interval[];
}

/** How something of a person came in, by the policy's words: `business card`, `legal-obligation`. */
export interface Origin {
  source: string;
  given_on: string | null;
  basis: string[];
}

/** Something that may be entered by hand, as the policy declares it. */
export interface EntryKind {
  datum: string;
  says: string;
  sources: string[];
  purposes: { says: string; basis: string }[];
  fields: { name: string; type: string; required: boolean; label: string; choices: { name: string; label: string }[] }[];
}

export interface Entry {
  datum: string;
  source: string;
  given_on: string;
  fields: Record<string, string>;
}

export interface PersonDetail extends Person {
  fields: Record<string, string>;
  origins: Origin[];
  sessions: Session[];
}

export interface Present {
  active: number;
  inactive: number;
}

/** `[at_ms, active, inactive]` */
export type LivePoint = [number, number, number];

export interface LiveHello {
  kind: 'hello';
  now: Instant;
  from: Instant;
  to: Instant;
  curve: LivePoint[];
  people: Person[];
  present: Present;
  registered: number;
  opened: number;
}

export interface LiveChange {
  kind: 'change';
  now: Instant;
  present: Present;
  registered: number;
  opened: number;
  point: LivePoint | null;
  people: Person[];
}

/** Why the server ends the connection: the type of a problem. */
export interface LiveError {
  kind: 'error';
  error: string;
}

export type LiveMessage = LiveHello | LiveChange | LiveError;

/** What is wrong with a form's input; `field` names it, as `video.address`. */
export interface FieldError {
  field: string;
  detail: string;
}

/** The same as the server says it: a JSON Pointer into what was sent, `#/video/address`. */
export interface PointedError {
  detail: string;
  pointer: string;
}
