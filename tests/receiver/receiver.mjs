// A receiver of webhooks as others would write one: `node receiver.mjs SEED`. The package `standardwebhooks` verifies each message, and
// the members are those who are left when all messages are applied in the order of their times and ids.
//
// Prints its port, and then answers each line of its input, a command as JSON, with a line.
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

// It is installed for the tests of the console.
const { Webhook } = createRequire(new URL("../../frontend/package.json", import.meta.url))("standardwebhooks");

const LATE = 800;
let secrets = [];
let misbehaves = false;
/** Messages that were taken, by id. */
const taken = new Map();
let [refused, fooled] = [0, 0];

/** mulberry32 */
let state = Number(process.argv[2]);
function below(end) {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
}

/** Undefined if no signature is right. */
function verified(body, headers) {
  for (const secret of secrets) {
    try {
      return new Webhook(secret).verify(body, headers);
    } catch {
      // Signed with another secret, or not at all.
    }
  }
  return undefined;
}

function take(message, headers) {
  taken.set(headers["webhook-id"], message);
}

function answer(request, response, body) {
  const message = verified(body, request.headers);
  if (message === undefined) {
    refused += 1;
    response.writeHead(401).end();
    return;
  }
  const other = body.replace(/[0-9]/, (digit) => String((Number(digit) + 1) % 10));
  fooled += Number(verified(other, request.headers) !== undefined);
  switch (misbehaves ? below(10) : undefined) {
    case 0:
      response.writeHead(500).end();
      break;
    case 1:
      request.socket.destroy();
      break;
    case 2:
      response.writeHead(307, { location: "/elsewhere" }).end();
      break;
    case 3:
      break;
    case 4:
      take(message, request.headers);
      setTimeout(() => response.writeHead(204).end(), LATE);
      break;
    default:
      take(message, request.headers);
      response.writeHead(204).end();
  }
}

/** Who is in which segment. */
function members() {
  const changes = [];
  for (const [id, { type, data }] of taken) {
    if (type === "segment.entered" || type === "segment.left") {
      const segment = `${data.segment.type}:${data.segment.value}`;
      changes.push(...data.users.map(({ userId, at }) => ({ at, id, segment, userId, enters: type === "segment.entered" })));
    }
  }
  const key = ({ at, id }) => `${at} ${id}`;
  changes.sort((one, other) => (key(one) < key(other) ? -1 : 1));
  const segments = {};
  for (const { segment, userId, enters } of changes) {
    segments[segment] ??= new Set();
    segments[segment][enters ? "add" : "delete"](userId);
  }
  const listed = Object.entries(segments).map(([segment, users]) => [segment, [...users].sort()]);
  return Object.fromEntries(listed.filter(([, users]) => users.length > 0));
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (part) => {
    body += part;
  });
  request.on("end", () => answer(request, response, body));
}).listen(0, "127.0.0.1");
await once(server, "listening");
console.log(server.address().port);

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  secrets = command.secrets ?? secrets;
  misbehaves = command.misbehaves ?? misbehaves;
  if (command.seconds !== undefined) {
    Date.now = () => command.seconds * 1000;
  }
  console.log(JSON.stringify({ members: members(), refused, fooled }));
}
process.exit();
