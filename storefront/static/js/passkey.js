// Passkeys: fetch options, let the browser ask the person, send the answer, go where it says.
// Works on <section data-passkey="make|use" data-options="…" data-answer="…" hidden>.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

const listed = (found) => (found || []).map((one) => ({ ...one, id: bytes(one.id) }));

async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  const facts = await answer.json();
  if (!answer.ok) throw new Error(facts.detail);
  return facts;
}

async function make(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: listed(options.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  return {
    id: made.id, rawId: text(made.rawId), type: made.type,
    response: {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
    },
  };
}

async function use(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: listed(options.allowCredentials),
  };
  const signed = await navigator.credentials.get({ publicKey });
  const { clientDataJSON, authenticatorData, signature, userHandle } = signed.response;
  return {
    id: signed.id, rawId: text(signed.rawId), type: signed.type,
    response: {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    },
  };
}

const ways = { make, use };

async function go(place) {
  const asked = await post(place.dataset.options, {});
  const credential = await ways[place.dataset.passkey](asked.options);
  const name = place.querySelector("[data-passkey-name]")?.value || "";
  const { next } = await post(place.dataset.answer, { challenge: asked.challenge, credential, name });
  location.assign(next);
}

function said(error) {
  const isNo = error.name === "NotAllowedError" || error.name === "AbortError";
  return isNo ? "Nothing was done: the browser did not confirm it." : error.message;
}

for (const place of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const button = place.querySelector("[data-passkey-go]");
  const status = place.querySelector("[role=status]");
  place.hidden = false;
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    status.textContent = "";
    try {
      await go(place);
    } catch (error) {
      status.textContent = said(error);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}
