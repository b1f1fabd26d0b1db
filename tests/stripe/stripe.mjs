// Stripe's own package at work: `node stripe.mjs sign SECRET SECONDS` and `check SECRET SECONDS HEADER` with the body on
// standard input, `client URL KEY` against a stand-in. Prints the result; anything refused is an exit code of 1.
import Stripe from 'stripe'

const [what, ...words] = process.argv.slice(2)
const TOLERANCE_S = 300

async function body() {
  const parts = []
  for await (const part of process.stdin) parts.push(part)
  return Buffer.concat(parts)
}

async function sign(secret, seconds) {
  const { webhooks } = new Stripe('sk_test_nothing')
  return webhooks.generateTestHeaderString({ payload: (await body()).toString(), secret, timestamp: Number(seconds) })
}

async function check(secret, seconds, header) {
  const { webhooks } = new Stripe('sk_test_nothing')
  const event = webhooks.constructEvent(await body(), header, secret, TOLERANCE_S, undefined, Number(seconds) * 1000)
  return event.id
}

// The same requests as a node makes, by the official client.
async function client(url, key, now) {
  const { hostname, port } = new URL(url)
  const stripe = new Stripe(key, { apiVersion: '2024-06-20', host: hostname, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false })
  const words = { payment: 'pay_official', node: 'did:imajin:official' }
  const session = await stripe.checkout.sessions.create({
    mode: 'payment', client_reference_id: words.payment, metadata: words, payment_intent_data: { metadata: words },
    success_url: 'https://a.example/?x=1&y=2', cancel_url: 'https://a.example/', expires_at: Number(now) + 3600, customer_email: 'zoë+1@a.example',
    line_items: [
      { quantity: 2, price_data: { currency: 'chf', unit_amount: 400, product_data: { name: 'Ticket & drink', description: '100 %' } } },
      { quantity: 1, price_data: { currency: 'chf', unit_amount: 201, product_data: { name: 'Zoë’s record' } } },
    ],
  }, { idempotencyKey: 'one' })
  const again = await stripe.checkout.sessions.retrieve(session.id)
  const listed = []
  for await (const one of stripe.checkout.sessions.list({ limit: 100, created: { gte: 0 } })) listed.push(one.id)
  const account = await stripe.accounts.create({ type: 'express', capabilities: { transfers: { requested: true } }, metadata: { did: words.node } })
  const link = await stripe.accountLinks.create({ account: account.id, type: 'account_onboarding', refresh_url: 'https://a.example/', return_url: 'https://a.example/' })
  const refused = await stripe.refunds.create({ payment_intent: 'pi_none', amount: 1, metadata: { payment: words.payment, n: 1 } }).catch(error => error.code)
  return JSON.stringify({ session: again.id, total: again.amount_total, listed, link: link.url, refused })
}

const deeds = { sign, check, client }
try {
  console.log(await deeds[what](...words))
} catch (error) {
  console.error(String(error?.message ?? error))
  process.exit(1)
}
