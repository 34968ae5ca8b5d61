// Which component of ui/ is where on the page of components: shown there with its states, or, for what makes sense inside
// a screen only, listed with the screens that have it. tests/staff/components.test.ts fails for one that is in neither.
import type { Key } from '../lib/texts.svelte.ts';

/** What it is for, and when it is not. */
export const shown = {
  Brand: 'staff.components.brand',
  Chart: 'staff.components.chart',
  ChartTable: 'staff.components.chart_table',
  Choices: 'staff.components.choices',
  ClockRow: 'staff.components.clock_row',
  CodeForm: 'staff.components.code_form',
  ConnectionState: 'staff.components.connection_state',
  Copyable: 'staff.components.copyable',
  Dialog: 'staff.components.dialog',
  ErrorList: 'staff.components.error_list',
  EventList: 'staff.components.event_list',
  EventState: 'staff.components.event_state',
  Field: 'staff.components.field',
  Mark: 'staff.components.mark',
  Password: 'staff.components.password',
  PeopleGrid: 'staff.components.people_grid',
  PersonRow: 'staff.components.person_row',
  Preferences: 'staff.components.preferences',
  PromiseMark: 'staff.components.promise_mark',
  RangePicker: 'staff.components.range_picker',
  RecoveryCodes: 'staff.components.recovery_codes',
  State: 'staff.components.state',
  Ticks: 'staff.components.ticks',
  Timeline: 'staff.components.timeline',
  Trouble: 'staff.components.trouble',
  WaitsNotice: 'staff.components.waits_notice',
} as const satisfies Record<string, Key>;
export type Shown = keyof typeof shown;

const account: Key = 'staff.account';
const sign_in: Key = 'staff.sign_in.title';
const report: Key = 'staff.part.report';
const overview: Key = 'staff.part.overview';
const plan: Key = 'staff.events.new';

/** The titles of the screens that have it. */
export const inside: Record<string, readonly Key[]> = {
  AccountForm: ['staff.setup.title'],
  AccreditationForm: [report],
  AccreditationPanel: [report],
  AssignmentForm: [overview],
  AssignmentPanel: [overview],
  AuthenticatorSetup: [sign_in, account],
  DeviceList: [account],
  DeviceStep: [sign_in],
  DutyList: [account],
  EntryPanel: [report],
  FactorPanel: [account],
  FormDomains: [plan],
  FormPlan: [plan],
  FormRegistration: [plan],
  FormVideo: [plan],
  GrantForm: ['staff.members'],
  Heading: ['staff.components.title'],
  IncidentAccount: ['staff.incidents.new', 'staff.incidents'],
  IncidentAddressed: ['staff.incidents'],
  IncidentAffected: ['staff.incidents'],
  IncidentDuty: ['staff.incidents'],
  InviteForm: ['staff.members', 'staff.organisations'],
  LeaveAccount: [account],
  LetterPeople: ['staff.part.contact'],
  MailPreview: ['staff.part.contact', 'staff.updates'],
  MemberForm: ['staff.members'],
  OrderForm: ['staff.disclosures'],
  OrganisationForm: ['staff.organisations'],
  OwnDetails: [account],
  PasskeyButton: [sign_in],
  PasskeyForm: [sign_in, account],
  PasskeyList: [account],
  PasswordChange: [account],
  PersonPanel: [report, 'staff.part.live'],
  ReportPeople: [report],
  RoleForm: ['staff.roles'],
  SecondStep: [sign_in],
  ServiceForm: ['staff.services'],
  ServiceSecret: ['staff.services'],
  ServiceUse: ['staff.services'],
  SessionList: [account],
  SignInList: [account],
  StepUp: [account],
  TokenList: [account],
  TrainingForm: ['staff.members'],
  VideoPanel: [overview],
  WrittenFields: ['staff.part.contact', 'staff.updates'],
};
