// Updates by mail under a policy that declares some, held against what is described.
import type { Asking } from '../support/http.ts';
import { path_of } from '../support/policy.ts';
import { start_server } from '../support/server.ts';
import { Subscriber, discounts, programme } from '../support/updates.ts';
import type { Asker, Question } from './description.ts';

export async function ask_updates(asker: Asker): Promise<void> {
  const server = await start_server({ policy: path_of('festival') });
  try {
    const staff = await server.sign_up();
    const member = (id: string, status: number, question?: Question) => asker.ask((method, path, asking) => staff.ask(method, path, asking), id, status, question);
    const plainly = (method: string, path: string, { headers, ...rest }: Asking) =>
      server.ask(method, path, { headers: { accept: 'text/html', origin: server.origin, 'sec-fetch-site': 'same-origin', ...headers }, ...rest });
    const person = (id: string, status: number, question?: Question) => asker.ask(plainly, id, status, question);
    const mail = { get mails() { return server.mails(); } };
    const ana = new Subscriber({ server, mail }, 'ana@kijker.example');
    const notice = /name="_notice" value="([^"]+)"/.exec((await person('updates_form', 200, { given: { lang: 'fr' } })).text)![1]!;
    const wanted = { [`_update.${programme}`]: 'yes', [`_update.${discounts}`]: 'yes', email: ana.email };
    const asked = (more: object = {}) => new URLSearchParams({ ...wanted, _notice: notice, ...more });
    await person('subscribe', 422, { body: asked({ email: 'ana' }) });
    await person('subscribe', 303, { given: { lang: 'nl' }, body: asked() });
    await person('updates_sent', 200);
    const link = (await ana.confirmation()).split('/').at(-1)!;
    await person('confirmation', 200, { given: { link } });
    await person('confirmation', 410, { given: { link: 'A'.repeat(32) } });
    const declined = new Subscriber({ server, mail }, 'bo@kijker.example');
    await declined.ask([programme]);
    await person('confirm_subscription', 200, { given: { link: (await declined.confirmation()).split('/').at(-1)! }, body: new URLSearchParams({ answer: 'no', _notice: notice }) });
    const answer = await person('confirm_subscription', 303, { given: { link }, body: new URLSearchParams({ answer: 'yes', _notice: notice }) });
    await person('confirm_subscription', 410, { given: { link }, body: new URLSearchParams({ answer: 'yes', _notice: notice }) });
    const given = { link: /mine\/([^?]+)/.exec(answer.header('location'))![1]! };
    const own = await person('own_subscriptions', 200, { given });
    await person('own_subscriptions', 410, { given: { link: 'A'.repeat(32) } });
    await person('correct_subscriber', 303, { given, body: new URLSearchParams({ email: ana.email, name: 'Ana', _language: 'fr' }) });
    await person('correct_subscriber', 422, { given, body: new URLSearchParams({ email: '' }) });
    await person('subscription_receipt', 200, { given: { ...given, receipt: /receipts\/([0-9a-z]{26})/.exec(own.text)![1]! } });
    await person('subscription_receipt', 404, { given: { ...given, receipt: '0'.repeat(26) } });
    await person('ask_unsubscribe', 200, { given: { ...given, update: programme } });
    await person('ask_unsubscribe_all', 200, { given });
    await person('ask_erase_subscriber', 200, { given });
    const change = (update: string, to: string) => new URLSearchParams({ update, wanted: to, _notice: notice });
    await person('change_subscription', 303, { given, body: change(discounts, 'no') });
    await person('change_subscription', 404, { given, body: change('nothing', 'no') });

    await person('list_updates', 401);
    await member('list_updates', 200);
    const texts = { nl: { subject: 'Zomer', body: 'Dag.' } };
    await member('write_issue', 400, { wrong: true, body: { update: programme, texts: {} } });
    await member('write_issue', 404, { body: { update: 'nothing', texts } });
    const issue = (await member('write_issue', 201, { body: { update: programme, texts } })).json().issue as string;
    await member('read_issue', 200, { given: { issue } });
    await member('read_issue', 404, { given: { issue: '0'.repeat(26) } });
    await member('rewrite_issue', 200, { given: { issue }, body: { texts } });
    await member('preview_issue', 200, { given: { issue, language: 'fr' } });
    await member('try_issue', 204, { given: { issue }, body: { language: 'nl' } });
    await member('send_issue', 200, { given: { issue } });
    await member('send_issue', 409, { given: { issue } });
    await member('rewrite_issue', 409, { given: { issue }, body: { texts } });
    const draft = (await member('write_issue', 201, { body: { update: programme, texts } })).json().issue as string;
    await member('remove_issue', 204, { given: { issue: draft } });

    await person('unsubscribe', 200, { given: { ...given, update: programme } });
    await person('unsubscribe_all', 200, { given });
    const other = await new Subscriber({ server, mail }, 'cas@kijker.example').subscribe([programme]);
    await person('change_subscription', 200, { given: { link: other.link }, body: change(programme, 'no') });
    const last = await new Subscriber({ server, mail }, 'dirk@kijker.example').subscribe([programme]);
    await person('erase_subscriber', 200, { given: { link: last.link } });
  } finally {
    await server.end();
  }
}
