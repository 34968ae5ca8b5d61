// Everything that this application asks of the server over HTTP. A call answers with data or throws `Problem`, which holds
// what the server said in application/problem+json, or that the server could not be reached.
import type { AccreditationList } from './accreditation.ts';
import type { Approval, ApprovalRow, Fetched, Waits } from './approval.ts';
import type { OwnDuty } from './duties.ts';
import type { Addressee, Letter, LetterDesk, LetterLook } from './letter.ts';
import type { Granted, MemberList, Organisation, RoleTable } from './members.ts';
import type { NewPasskey, NewPasskeyAsk, PasskeyAsk, ShownPasskey } from './passkey.ts';
import { step_up } from './step_up.svelte.ts';
import { language } from './texts.svelte.ts';
import type { ServiceAnswer, ServiceDetail, ServiceList } from './service.ts';
import type { TracePage } from './trace.ts';
import type { Halfway, NewAuthenticator, Next, OwnDevice, OwnFactor, OwnPasskey, OwnSession, SignIn } from './sign_in.ts';
import type {
  Affected,
  AffectedPeople,
  ApiToken,
  AssignmentDesk,
  DisclosureBook,
  Entry,
  EntryKind,
  EventDetail,
  EventPlan,
  EventSummary,
  FieldError,
  IncidentChoices,
  IncidentDetail,
  IncidentRow,
  Language,
  LiveFolder,
  Me,
  Movements,
  People,
  PersonDetail,
  PointedError,
  Policy,
  PromiseList,
  Report,
  RequestDetail,
  RequestRow,
  Upload,
} from './types.ts';
import type { Issue, UpdateDesk } from './update.ts';

export class Problem extends Error {
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors: FieldError[];
  /** Of /problems/<type>; empty when no answer came. */
  readonly type: string;

  constructor(status: number, title: string, detail: string, errors: FieldError[], type = '') {
    super(detail || title);
    this.status = status;
    this.type = type;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
  }
}

/** A problem document as it comes (RFC 9457). */
interface ProblemBody {
  type?: string;
  title?: string;
  detail?: string;
  errors?: PointedError[];
}

/** `video.address` for `#/video/address`. */
const field_of = (pointer: string): string =>
  decodeURIComponent(pointer).split('/').slice(1).map((member) => member.replaceAll('~1', '/').replaceAll('~0', '~')).join('.');

const problem_with = (status: number, { type = '', title = '', detail = '', errors = [] }: ProblemBody): Problem =>
  new Problem(status, title, detail, errors.map((error) => ({ field: field_of(error.pointer), detail: error.detail })), type.replace('/problems/', ''));

async function problem_of(response: Response): Promise<Problem> {
  let body: ProblemBody = {};
  if ((response.headers.get('content-type') ?? '').includes('json')) {
    body = (await response.json().catch(() => ({}))) as ProblemBody;
  }
  return problem_with(response.status, body);
}

let when_signed_out: () => void = () => {};

/** Names what happens when the server says that nobody is signed in any more. */
export function on_signed_out(act: () => void): void {
  when_signed_out = act;
}

let when_held: () => void = () => {};

/** Names what happens when the server says that something has to be acknowledged before anything else. */
export function on_held(act: () => void): void {
  when_held = act;
}

interface Asked {
  body?: unknown;
  raw?: BodyInit;
  content_type?: string;
  signal?: AbortSignal;
  /** Leave a 401 to the caller: it answers what was asked rather than ending the session. */
  quiet_401?: boolean;
}

async function send(method: string, path: string, asked: Asked = {}): Promise<Response> {
  const headers: Record<string, string> = { 'accept-language': language.current };
  const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
  if (asked.signal) init.signal = asked.signal;
  if (asked.body !== undefined) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(asked.body);
  } else if (asked.raw !== undefined) {
    headers['content-type'] = asked.content_type ?? 'application/octet-stream';
    init.body = asked.raw;
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (failure) {
    if (asked.signal?.aborted) throw failure;
    throw new Problem(0, '', '', []);
  }
  if (response.ok) return response;
  if (response.status === 401 && !asked.quiet_401) when_signed_out();
  const problem = await problem_of(response);
  if (problem.type === 'acknowledge') when_held();
  if (problem.type === 'step-up' && (await step_up.ask())) return send(method, path, asked);
  throw problem;
}

async function ask<T>(method: string, path: string, asked: Asked = {}): Promise<T> {
  const response = await send(method, path, asked);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

const at = (event: string): string => `/api/v1/events/${encodeURIComponent(event)}`;

const request_at = (request: string): string => `/api/v1/requests/${encodeURIComponent(request)}`;

const incident_at = (incident: string): string => `/api/v1/incidents/${encodeURIComponent(incident)}`;

const issue_at = (issue: string): string => `/api/v1/updates/issues/${encodeURIComponent(issue)}`;

const approval_at = (approval: string): string => `/api/v1/approvals/${encodeURIComponent(approval)}`;

const service_at = (service: string): string => `/api/v1/credentials/${encodeURIComponent(service)}`;

const file_or_wait = async (response: Response): Promise<Blob | Waits> =>
  response.status === 202 ? ((await response.json()) as Waits) : response.blob();

export const api = {
  me: () => ask<Me>('GET', '/api/v1/me', { quiet_401: true }),
  correct_own: (body: { name: string; language: Language; told_of_approvals: boolean }) => ask<void>('PUT', '/api/v1/me', { body }),
  leave: () => ask<void>('DELETE', '/api/v1/me'),
  setup_usable: (token: string) =>
    ask<void>('GET', `/api/v1/setup?token=${encodeURIComponent(token)}`, { quiet_401: true }),
  /** What comes next, as of `sign_in`: nothing where one factor is enough. */
  setup: (body: { token: string; name: string; email: string; password: string }) =>
    ask<{ next: Next } | undefined>('POST', '/api/v1/setup', { body, quiet_401: true }),
  sign_in: (email: string, password: string) =>
    ask<{ next: Next } | undefined>('POST', '/api/v1/sign-in', { body: { email, password }, quiet_401: true }),
  /** What a sign-in that was begun in this browser waits for. */
  sign_in_next: () => ask<Halfway>('GET', '/api/v1/sign-in', { quiet_401: true }),
  finish_sign_in: (code: string) => ask<{ next: Next } | undefined>('POST', '/api/v1/sign-in/code', { body: { code }, quiet_401: true }),
  /** With the link of the mail; without it once somebody has vouched for this browser. */
  pass_device: (link = '') => ask<{ next: Next } | undefined>('POST', '/api/v1/sign-in/device', { body: { link }, quiet_401: true }),
  draw_first_authenticator: () => ask<NewAuthenticator>('POST', '/api/v1/sign-in/authenticator', { body: {}, quiet_401: true }),
  confirm_first_authenticator: (code: string) =>
    ask<{ recovery_codes: string[] }>('POST', '/api/v1/sign-in/authenticator/confirm', { body: { code }, quiet_401: true }),
  own_duties: () => ask<OwnDuty[]>('GET', '/api/v1/me/duties'),
  acknowledge: (duty: string, agreed: { version: string; language: string; name: string }) =>
    ask<void>('POST', `/api/v1/me/duties/${encodeURIComponent(duty)}`, { body: agreed }),
  record_training: (member: string, recorded: { training: string; followed: string }) =>
    ask<void>('POST', `/api/v1/members/${encodeURIComponent(member)}/trainings`, { body: recorded }),
  devices: () => ask<OwnDevice[]>('GET', '/api/v1/me/devices'),
  end_device: (device: string) => ask<void>('DELETE', `/api/v1/me/devices/${encodeURIComponent(device)}`),
  sign_ins: () => ask<SignIn[]>('GET', '/api/v1/me/sign-ins'),
  ask_passkey: () => ask<PasskeyAsk>('POST', '/api/v1/sign-in/passkey', { body: {}, quiet_401: true }),
  finish_with_passkey: (shown: ShownPasskey) =>
    ask<{ next: Next } | undefined>('POST', '/api/v1/sign-in/passkey/confirm', { body: shown, quiet_401: true }),
  ask_first_passkey: () => ask<NewPasskeyAsk>('POST', '/api/v1/sign-in/first-passkey', { body: {}, quiet_401: true }),
  confirm_first_passkey: (made: NewPasskey) =>
    ask<{ recovery_codes: string[] }>('POST', '/api/v1/sign-in/first-passkey/confirm', { body: made, quiet_401: true }),
  ask_step_up: () => ask<PasskeyAsk>('POST', '/api/v1/me/step-up/passkey', { body: {} }),
  step_up_with_passkey: (shown: ShownPasskey) => ask<void>('POST', '/api/v1/me/step-up/passkey/confirm', { body: shown }),
  passkeys: () => ask<OwnPasskey[]>('GET', '/api/v1/me/passkeys'),
  ask_new_passkey: () => ask<NewPasskeyAsk>('POST', '/api/v1/me/passkeys', { body: {} }),
  add_passkey: (made: NewPasskey) =>
    ask<OwnPasskey & { recovery_codes?: string[] }>('POST', '/api/v1/me/passkeys/confirm', { body: made }),
  remove_passkey: (passkey: string) => ask<void>('DELETE', `/api/v1/me/passkeys/${encodeURIComponent(passkey)}`),
  step_up: (code: string) => ask<void>('POST', '/api/v1/me/step-up', { body: { code } }),
  factor: () => ask<OwnFactor>('GET', '/api/v1/me/authenticator'),
  draw_authenticator: () => ask<NewAuthenticator>('POST', '/api/v1/me/authenticator', { body: {} }),
  confirm_authenticator: (code: string) =>
    ask<{ recovery_codes: string[] }>('POST', '/api/v1/me/authenticator/confirm', { body: { code } }),
  renew_recovery_codes: () => ask<{ recovery_codes: string[] }>('POST', '/api/v1/me/recovery-codes', { body: {} }),
  sign_out: () => ask<void>('POST', '/api/v1/sign-out', { body: {}, quiet_401: true }),
  change_password: (present: string, wanted: string) =>
    ask<void>('POST', '/api/v1/me/password', { body: { present, wanted } }),
  sessions: () => ask<OwnSession[]>('GET', '/api/v1/me/sessions'),
  end_session: (id: string) => ask<void>('DELETE', `/api/v1/me/sessions/${encodeURIComponent(id)}`),
  end_other_sessions: () => ask<void>('DELETE', '/api/v1/me/sessions'),
  tokens: () => ask<ApiToken[]>('GET', '/api/v1/tokens'),
  make_token: (body: object) => ask<ApiToken & { secret: string }>('POST', '/api/v1/tokens', { body }),
  revoke_token: (token: string) => ask<void>('DELETE', `/api/v1/tokens/${encodeURIComponent(token)}`),
  services: () => ask<ServiceList>('GET', '/api/v1/credentials'),
  service: (service: string) => ask<ServiceDetail>('GET', service_at(service)),
  add_service: (body: object) => ask<{ credential: string }>('POST', '/api/v1/credentials', { body }),
  remove_service: (service: string) => ask<void>('DELETE', service_at(service)),
  allow_service: (service: string, members: string[]) => ask<void>('PUT', `${service_at(service)}/users`, { body: { members } }),
  set_service_secret: (service: string, secret: string) => ask<void>('POST', `${service_at(service)}/secret`, { body: { secret } }),
  rotate_service: (service: string) => ask<void>('POST', `${service_at(service)}/rotate`, { body: {} }),
  use_service: (service: string, body: object) => ask<ServiceAnswer>('POST', `${service_at(service)}/use`, { body }),
  reveal_service: (service: string) => ask<Waits>('POST', `${service_at(service)}/reveal`, { body: {} }),
  members: () => ask<MemberList>('GET', '/api/v1/members'),
  regrant: (member: string, granted: Granted) => ask<void>('PATCH', `/api/v1/members/${encodeURIComponent(member)}`, { body: granted }),
  vouch_for_browser: (member: string, number: string) =>
    ask<void>('POST', `/api/v1/members/${encodeURIComponent(member)}/browser`, { body: { number } }),
  remove_member: (member: string) => ask<void>('DELETE', `/api/v1/members/${encodeURIComponent(member)}`),
  invite: (guest: Granted & { email: string; language: string }) => ask<unknown>('POST', '/api/v1/invitations', { body: guest }),
  invite_again: (invitation: string) => ask<void>('POST', `/api/v1/invitations/${encodeURIComponent(invitation)}/again`, { body: {} }),
  withdraw_invitation: (invitation: string) => ask<void>('DELETE', `/api/v1/invitations/${encodeURIComponent(invitation)}`),
  invitation: (invitation: string) =>
    ask<{ email: string; organisation: string }>('POST', '/api/v1/join/check', { body: { invitation }, quiet_401: true }),
  join: (body: { invitation: string; name: string; password: string }) =>
    ask<{ next: Next } | undefined>('POST', '/api/v1/join', { body, quiet_401: true }),
  roles: () => ask<RoleTable>('GET', '/api/v1/roles'),
  make_role: (drawn: { name: string; permissions: string[] }) => ask<unknown>('POST', '/api/v1/roles', { body: drawn }),
  draw_role: (role: string, drawn: { name: string; permissions: string[] }) =>
    ask<void>('PUT', `/api/v1/roles/${encodeURIComponent(role)}`, { body: drawn }),
  undraw_role: (role: string) => ask<void>('DELETE', `/api/v1/roles/${encodeURIComponent(role)}`),
  /** What is empty is not looked for. */
  journal: (wanted: Record<string, string>) =>
    ask<TracePage>('GET', `/api/v1/journal?${new URLSearchParams(Object.entries(wanted).filter(([, value]) => value))}`),
  organisations: () => ask<Organisation[]>('GET', '/api/v1/organisations'),
  make_organisation: (made: { name: string; email: string; language: string; export: boolean }) =>
    ask<unknown>('POST', '/api/v1/organisations', { body: made }),
  rename_organisation: (organisation: number, name: string) => ask<void>('PUT', `/api/v1/organisations/${organisation}`, { body: { name } }),
  close_organisation: (organisation: number) => ask<void>('DELETE', `/api/v1/organisations/${organisation}`),
  policy: () => ask<Policy>('GET', '/api/v1/policy'),
  promises: () => ask<PromiseList>('GET', '/api/v1/promises'),
  requests: () => ask<RequestRow[]>('GET', '/api/v1/requests'),
  request: (request: string) => ask<RequestDetail>('GET', request_at(request)),
  act_on_request: (request: string, what: string, body: object) =>
    ask<RequestDetail>('POST', `${request_at(request)}/${what}`, { body }),
  proof_address: (request: string) => `${request_at(request)}/proof`,
  /** Where that waits for a second person. */
  ask_for_proof: (request: string) => ask<Waits>('GET', `${request_at(request)}/proof`),
  incidents: () => ask<IncidentRow[]>('GET', '/api/v1/incidents'),
  incident_choices: () => ask<IncidentChoices>('GET', '/api/v1/incidents/choices'),
  incident: (incident: string) => ask<IncidentDetail>('GET', incident_at(incident)),
  open_incident: (body: object) => ask<IncidentDetail>('POST', '/api/v1/incidents', { body }),
  change_incident: (incident: string, body: object) => ask<IncidentDetail>('PATCH', incident_at(incident), { body }),
  act_on_incident: (incident: string, what: string, body: object) =>
    ask<IncidentDetail>('POST', `${incident_at(incident)}/${what}`, { body }),
  affected: (incident: string) => ask<Affected>('GET', `${incident_at(incident)}/affected`),
  affected_people: (incident: string) => ask<AffectedPeople>('GET', `${incident_at(incident)}/people`),
  notification_address: (incident: string, format: string) =>
    `${incident_at(incident)}/notification?format=${format}&lang=${language.current}`,
  events: () => ask<EventSummary[]>('GET', '/api/v1/events'),
  event: (event: string) => ask<EventDetail>('GET', at(event)),
  create: (plan: EventPlan) => ask<EventDetail>('POST', '/api/v1/events', { body: plan }),
  change: (event: string, plan: Partial<EventPlan>) => ask<EventDetail | Waits>('PATCH', at(event), { body: plan }),
  open: (event: string) => ask<unknown>('POST', `${at(event)}/open`, { body: {} }),
  close: (event: string) => ask<unknown>('POST', `${at(event)}/close`, { body: {} }),
  report: (event: string, from: string, to: string, step_s: number, signal?: AbortSignal) =>
    ask<Report>('GET', `${at(event)}/report?${new URLSearchParams({ from, to, step: String(step_s) })}`, {
      ...(signal && { signal }),
    }),
  movements: (event: string, step_s: number) => ask<Movements>('GET', `${at(event)}/movements?step=${step_s}`),
  people: (event: string, cells: number) => ask<People>('GET', `${at(event)}/people?cells=${cells}`),
  person: (event: string, viewer: string) =>
    ask<PersonDetail>('GET', `${at(event)}/people/${encodeURIComponent(viewer)}`),
  entry_kinds: (event: string) => ask<EntryKind[]>('GET', `${at(event)}/entries`),
  enter: (event: string, entry: Entry) => ask<{ viewer: string }>('POST', `${at(event)}/entries`, { body: entry }),
  /** For one purpose of the assignment, or for all. */
  viewers: async (event: string, format: 'csv' | 'xlsx', purpose: string): Promise<Blob | Waits> =>
    file_or_wait(await send('GET', `${at(event)}/viewers?${new URLSearchParams({ format, ...(purpose && { purpose }) })}`)),
  accreditation: (event: string) => ask<AccreditationList>('GET', `${at(event)}/accreditation`),
  accredit: (event: string, viewer: string, body: { granted: boolean; reason: string }) =>
    ask<AccreditationList>('POST', `${at(event)}/accreditation/${encodeURIComponent(viewer)}`, { body }),
  /** Everybody who is proposed, as the list that was seen has them. */
  accredit_proposed: (event: string, state: string) => ask<AccreditationList>('POST', `${at(event)}/accreditation`, { body: { state } }),
  assignment: (event: string) => ask<AssignmentDesk>('GET', `${at(event)}/assignment`),
  assign: (event: string, body: object) => ask<AssignmentDesk>('PUT', `${at(event)}/assignment`, { body }),
  end_assignment: (event: string) => ask<AssignmentDesk>('DELETE', `${at(event)}/assignment`),
  letters: (event: string) => ask<LetterDesk>('GET', `${at(event)}/letters`),
  addressees: (event: string, purpose: string) => ask<Addressee[]>('GET', `${at(event)}/letters/people?${new URLSearchParams({ purpose })}`),
  look_at_letter: (event: string, body: object, signal?: AbortSignal) =>
    ask<LetterLook>('POST', `${at(event)}/letters/look`, { body, ...(signal && { signal }) }),
  send_letter: (event: string, letter: string, body: object) => ask<Letter>('PUT', `${at(event)}/letters/${letter}`, { body }),
  updates: () => ask<UpdateDesk>('GET', '/api/v1/updates'),
  issue: (issue: string) => ask<Issue>('GET', issue_at(issue)),
  write_issue: (body: object) => ask<Issue>('POST', '/api/v1/updates/issues', { body }),
  rewrite_issue: (issue: string, body: object) => ask<Issue>('PUT', issue_at(issue), { body }),
  remove_issue: (issue: string) => ask<void>('DELETE', issue_at(issue)),
  preview_issue: (issue: string, of: string) =>
    ask<{ subject: string; text: string; html: string }>('GET', `${issue_at(issue)}/preview?language=${of}`),
  try_issue: (issue: string, of: string) => ask<void>('POST', `${issue_at(issue)}/trial`, { body: { language: of } }),
  send_issue: (issue: string) => ask<Issue>('POST', `${issue_at(issue)}/send`, { body: {} }),
  disclosures: () => ask<DisclosureBook>('GET', '/api/v1/disclosures'),
  disclose: async (order: object): Promise<Blob | Waits> => file_or_wait(await send('POST', '/api/v1/disclosures', { body: order })),
  approvals: () => ask<ApprovalRow[]>('GET', '/api/v1/approvals'),
  approval: (approval: string) => ask<Approval>('GET', approval_at(approval)),
  act_on_approval: (approval: string, what: 'approve' | 'refuse' | 'withdraw', body: object) =>
    ask<Approval>('POST', `${approval_at(approval)}/${what}`, { body }),
  fetch_approved: async (approval: string): Promise<Fetched> => {
    const response = await send('POST', `${approval_at(approval)}/file`, { body: {} });
    const name = /^attachment;.*filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? '';
    return { blob: await response.blob(), name };
  },
  live_folder: (event: string) => ask<LiveFolder>('GET', `${at(event)}/live-folder`),
  upload_state: (event: string) => ask<Upload>('GET', `${at(event)}/upload`),
  captions: (event: string, file: File) =>
    ask<void>('PUT', `${at(event)}/captions`, { raw: file, content_type: 'text/vtt' }),
  remove_captions: (event: string) => ask<void>('DELETE', `${at(event)}/captions`),
  live_address: (event: string) => `${location.origin.replace(/^http/, 'ws')}${at(event)}/live`,
};

/** Sends a video and tells how far it is, 0 … 1. `fetch` cannot tell that, so this is the one place with XMLHttpRequest. */
export function send_video(event: string, file: File, progress: (share: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', `${at(event)}/upload?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('content-type', file.type || 'application/octet-stream');
    request.setRequestHeader('accept-language', language.current);
    request.upload.onprogress = (told) => progress(told.total ? told.loaded / told.total : 0);
    request.onerror = () => reject(new Problem(0, '', '', []));
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve();
      if (request.status === 401) when_signed_out();
      let body: ProblemBody = {};
      try {
        body = JSON.parse(request.responseText) as ProblemBody;
      } catch {
        // Not every refusal on the way carries a problem document; the status is enough then.
      }
      reject(problem_with(request.status, body));
    };
    request.send(file);
  });
}
