// Call Stripe's Node SDK for a test: one request and one answer on each line, as JSON.
import readline from "node:readline";
import Stripe from "stripe";

const [host, port] = process.argv.slice(2);
const stripe = new Stripe("sk_test_till_node", {
  host,
  port,
  protocol: "http",
  maxNetworkRetries: 1,
  telemetry: false,
});

async function answer({ call, args }) {
  const names = call.split(".");
  const last = names.pop();
  const owner = names.reduce((thing, name) => thing[name], stripe);
  try {
    return { value: await owner[last](...args) };
  } catch (error) {
    const { type, code, statusCode, message } = error;
    return { error: { type, code, statusCode, message } };
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
