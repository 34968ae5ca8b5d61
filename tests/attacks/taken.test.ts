// What every attack begins with: a request to each route that changes something, which would be taken.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, all, is_change } from './house.ts';

let house: House;
before(async () => {
  house = await House.open();
});
after(() => house?.end());

/** What wants a code, a token or a state that nothing here is in; each for a reason of its own. */
const not_taken = [
  'set_up', 'sign_in', 'finish_sign_in', 'draw_first_authenticator', 'confirm_first_authenticator', 'change_password', 'step_up', 'confirm_authenticator', 'lift_restriction', 'close_incident',
  'reopen_incident', 'close_event', 'rewrite_issue', 'send_issue', 'remove_issue', 'join', 'check_invitation', 'invite_again', 'undraw_role',
  'ask_passkey', 'finish_with_passkey', 'ask_first_passkey', 'confirm_first_passkey', 'step_up_with_passkey', 'ask_step_up', 'add_passkey', 'enter', 'vouch_for_browser',
  'accredit', 'accredit_proposed', 'object_to_accreditation',
  'rotate_credential', 'reveal_credential',
];

test('what the attacks begin with would be taken, so that they reach what is behind the first check', async () => {
  const last = /^(erase|unsubscribe|remove_|end_|revoke|close_|sign_out|guardian_answer|withdraw|approve|fetch_approved|leave)/;
  for (const operation of all.filter((one) => is_change(one) && !last.test(one.operationId))) {
    const answer = await house.ask(operation, { headers: { ...house.member(operation), accept: 'application/json' } });
    const { operationId } = operation;
    assert.ok(answer.status < 400 || not_taken.includes(operationId), `tests/attacks/bodies.ts has nothing that ${operationId} takes: ${answer}`);
  }
});
