// A real identity provider on a free loopback port; says its address when it listens.
// Arguments: secret of the client, address it may send browsers back to.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [client_secret, redirect_uri] = process.argv.slice(2);
const server = createServer();

server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "parcelwatch", client_secret, redirect_uris: [redirect_uri] }],
    claims: { openid: ["sub"], profile: ["preferred_username"] },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, preferred_username: `${accountId}@bureau` }),
    }),
    pkce: { required: () => true },
  });
  server.on("request", provider.callback());
  console.log(`listening ${issuer}`);
});
