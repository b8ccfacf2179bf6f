import { type Behaviour, listOf, number, recordOf, require, type ServiceState, text } from "./simulated-state.ts";

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

function deviation(numbers: readonly number[]): number {
  const middle = mean(numbers);
  return Math.sqrt(mean(numbers.map((each) => (each - middle) ** 2)));
}

/** Tools for sums. */
export const MATH_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  absolute_value: (_state, { number: given }) => ({ result: Math.abs(number(given)) }),
  add: (_state, { a, b }) => ({ result: number(a) + number(b) }),
  subtract: (_state, { a, b }) => ({ result: number(a) - number(b) }),
  multiply: (_state, { a, b }) => ({ result: number(a) * number(b) }),
  divide: (_state, { a, b }) => {
    require(number(b) === 0 ? undefined : true, "Cannot divide by zero");
    return { result: number(a) / number(b) };
  },
  power: (_state, { base, exponent }) => ({ result: number(base) ** number(exponent) }),
  percentage: (_state, { part, whole }) => ({ result: (number(part) / number(whole)) * 100 }),
  round_number: (_state, { number: given, decimal_places = 0 }) => ({
    result: Number(number(given).toFixed(Number(decimal_places))),
  }),
  square_root: (_state, { number: given }) => ({ result: Math.sqrt(number(given)) }),
  logarithm: (_state, { value, base, precision }) => ({
    result: Number((Math.log(number(value)) / Math.log(number(base))).toFixed(number(precision))),
  }),
  mean: (_state, { numbers }) => ({ result: mean(numbers as number[]) }),
  standard_deviation: (_state, { numbers }) => ({ result: deviation(numbers as number[]) }),
  max_value: (_state, { numbers }) => ({ result: Math.max(...(numbers as number[])) }),
  min_value: (_state, { numbers }) => ({ result: Math.min(...(numbers as number[])) }),
  sum_values: (_state, { numbers }) => ({ result: (numbers as number[]).reduce((sum, each) => sum + each, 0) }),
};

const PEOPLE = { Alice: "USR001", Bob: "USR002", Catherine: "USR003", Daniel: "USR004" };

function people(state: ServiceState): Record<string, string> {
  state["user_map"] ??= { ...PEOPLE };
  return recordOf<string>(state, "user_map");
}

function sender(state: ServiceState): string {
  const user = state["current_user"];
  require(typeof user === "string" ? user : undefined, "No user is currently logged in.");
  return text(user);
}

/** Tools for messages between colleagues. */
export const MESSAGE_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  list_users: (state) => ({ user_list: Object.keys(people(state)) }),
  get_user_id: (state, { user }) => {
    require(people(state)[text(user)], `User '${text(user)}' not found in the workspace.`);
    return { user_id: people(state)[text(user)] };
  },
  message_login: (state, { user_id }) => {
    state["current_user"] = user_id;
    return { login_status: true, message: `User '${text(user_id)}' logged in successfully.` };
  },
  message_get_login_status: (state) => ({ login_status: typeof state["current_user"] === "string" }),
  send_message: (state, { receiver_id, message }) => {
    sender(state);
    const sent = listOf<Record<string, string>>(state, "sent");
    sent.push({ [text(receiver_id)]: text(message) });
    return {
      sent_status: true,
      message_id: { new_id: 67_410 + sent.length },
      message: `Message sent to '${text(receiver_id)}' successfully.`,
    };
  },
  delete_message: (state, { receiver_id }) => {
    sender(state);
    const sent = listOf<Record<string, string>>(state, "sent");
    const at = sent.findLastIndex((each) => text(receiver_id) in each);
    if (at >= 0) sent.splice(at, 1);
    require(at >= 0 ? true : undefined, `No messages sent to ${text(receiver_id)}.`);
    return { deleted_status: true, receiver_id, message: "The latest message was deleted." };
  },
  view_messages_sent: (state) => {
    sender(state);
    const messages: Record<string, string[]> = {};
    for (const each of listOf<Record<string, string>>(state, "sent")) {
      for (const [receiver, message] of Object.entries(each))
        messages[receiver] = [...(messages[receiver] ?? []), message];
    }
    return { messages };
  },
  search_messages: (state, { keyword }) => ({
    results: listOf<Record<string, string>>(state, "sent").filter((each) =>
      Object.values(each).some((message) => message.includes(text(keyword))),
    ),
  }),
  add_contact: (state, { user_name }) => {
    require(people(state)[text(user_name)] === undefined
      ? true
      : undefined, `User '${text(user_name)}' exists already.`);
    const user_id = `USR${String(Object.keys(people(state)).length + 1).padStart(3, "0")}`;
    people(state)[text(user_name)] = user_id;
    return { added_status: true, user_id, message: `Contact '${text(user_name)}' added successfully.` };
  },
};

/** A post. */
interface Post {
  readonly id: number;
  readonly username: unknown;
  readonly content: string;
  readonly tags: unknown;
  mentions: unknown[];
}

function post(state: ServiceState, id: unknown): Post {
  const found = recordOf<Post>(state, "tweets")[text(id)];
  require(found, `Tweet with ID ${text(id)} not found.`);
  return found;
}

const authenticated = (state: ServiceState): void =>
  require(state["authenticated"] === true ? true : undefined, "User not authenticated. Please authenticate first.");

/** Tools for posts. */
export const POST_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  authenticate_twitter: (state, { username, password }) => {
    const fits = username === state["username"] && password === state["password"];
    if (fits) state["authenticated"] = true;
    return { authentication_status: fits };
  },
  posting_get_login_status: (state) => ({ login_status: state["authenticated"] === true }),
  post_tweet: (state, { content, tags = [], mentions = [] }) => {
    authenticated(state);
    const id = Number(state["tweet_counter"] ?? 0);
    const made = { id, username: state["username"], content: text(content), tags, mentions };
    recordOf(state, "tweets")[String(id)] = made;
    state["tweet_counter"] = id + 1;
    return made;
  },
  retweet: (state, { tweet_id }) => {
    authenticated(state);
    const own = recordOf<unknown[]>(state, "retweets");
    const user = text(state["username"]);
    own[user] = [...(own[user] ?? []), tweet_id];
    return { retweet_status: "Successfully retweeted" };
  },
  comment: (state, { tweet_id, comment_content }) => {
    authenticated(state);
    const comments = recordOf<unknown[]>(state, "comments");
    const id = text(tweet_id);
    comments[id] = [...(comments[id] ?? []), { username: state["username"], content: comment_content }];
    return { comment_status: "Comment added successfully" };
  },
  mention: (state, { tweet_id, mentioned_usernames }) => {
    const found = post(state, tweet_id);
    found.mentions = [...found.mentions, ...(mentioned_usernames as unknown[])];
    return { mention_status: "Users mentioned successfully" };
  },
  get_tweet: (state, { tweet_id }) => post(state, tweet_id),
  follow_user: (state, { username_to_follow }) => {
    listOf(state, "following_list").push(username_to_follow);
    return { follow_status: true };
  },
  list_all_following: (state) => ({ following_list: listOf(state, "following_list") }),
};

/** A ticket. */
type Ticket = Record<string, unknown>;

function ticket(state: ServiceState, id: unknown): Ticket {
  const found = listOf<Ticket>(state, "ticket_queue").find((each) => each["id"] === id);
  require(found, `Ticket with ID ${text(id)} not found.`);
  return found;
}

const loggedIn = (state: ServiceState): void =>
  require(typeof state["current_user"] === "string" && state["current_user"] !== ""
    ? true
    : undefined, "User must be logged in.");

/** Tools for tickets. */
export const TICKET_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  ticket_login: (state, { username }) => {
    state["current_user"] = username;
    return { success: true };
  },
  ticket_get_login_status: (state) => ({ username: state["current_user"] }),
  create_ticket: (state, { title, description = "", priority = 1 }) => {
    loggedIn(state);
    const id = Number(state["ticket_counter"] ?? 1);
    const made = { id, title, description, status: "Open", priority, created_by: state["current_user"] };
    listOf(state, "ticket_queue").push(made);
    state["ticket_counter"] = id + 1;
    return made;
  },
  get_ticket: (state, { ticket_id }) => ticket(state, ticket_id),
  close_ticket: (state, { ticket_id }) => {
    const found = ticket(state, ticket_id);
    found["status"] = "Closed";
    return { status: `Ticket ${text(ticket_id)} has been closed successfully.` };
  },
  resolve_ticket: (state, { ticket_id, resolution }) => {
    Object.assign(ticket(state, ticket_id), { status: "Resolved", resolution });
    return { status: `Ticket ${text(ticket_id)} has been resolved successfully.` };
  },
  edit_ticket: (state, { ticket_id, updates }) => {
    Object.assign(ticket(state, ticket_id), updates);
    return { status: `Ticket ${text(ticket_id)} has been updated successfully.` };
  },
  get_user_tickets: (state) => ({
    tickets: listOf<Ticket>(state, "ticket_queue").filter(({ created_by }) => created_by === state["current_user"]),
  }),
  logout: (state) => {
    state["current_user"] = null;
    return { success: true };
  },
};
