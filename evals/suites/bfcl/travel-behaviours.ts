import {
  type Behaviour,
  listOf,
  nextId,
  number,
  recordOf,
  require,
  type ServiceState,
  text,
} from "./simulated-state.ts";

/** An order. */
type Order = Record<string, unknown>;

/** Orders of an account whose start does not name any: one that waits. */
const WAITING = {
  12446: { id: 12_446, order_type: "Buy", symbol: "GOOG", price: 2_840.34, amount: 5, status: "Pending" },
};

function orders(state: ServiceState): Record<string, Order> {
  state["orders"] ??= structuredClone(WAITING);
  return recordOf<Order>(state, "orders");
}

function order(state: ServiceState, id: unknown): Order {
  const found = orders(state)[text(id)];
  require(found, `Order with ID ${text(id)} not found.`);
  return found;
}

const signedIn = (state: ServiceState): void =>
  require(state["authenticated"] === true ? true : undefined, "User not authenticated. Please log in.");

function stock(state: ServiceState, symbol: unknown): unknown {
  const found = recordOf(state, "stocks")[text(symbol)];
  require(found, `Stock with symbol '${text(symbol)}' not found.`);
  return found;
}

/** Stocks of a sector, as the catalogue of the service names them. */
const SECTORS: Readonly<Record<string, readonly string[]>> = {
  Technology: ["AAPL", "GOOG", "MSFT", "NVDA"],
  Automobile: ["TSLA", "F", "GM"],
};

const balance = (state: ServiceState): Record<string, number> => recordOf<number>(state, "account_info");

/** Tools for trading. */
export const TRADING_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  get_current_time: () => ({ current_time: "10:30 AM" }),
  get_stock_info: (state, { symbol }) => stock(state, symbol),
  get_available_stocks: (_state, { sector }) => ({ stock_list: SECTORS[text(sector)] ?? [] }),
  get_watchlist: (state) => ({ watchlist: listOf(state, "watch_list") }),
  add_to_watchlist: (state, { stock: symbol }) => {
    stock(state, symbol);
    const watched = listOf(state, "watch_list");
    if (!watched.includes(symbol)) watched.push(symbol);
    return { symbol: watched };
  },
  remove_stock_from_watchlist: (state, { symbol }) => {
    const watched = listOf(state, "watch_list");
    require(watched.includes(symbol) ? true : undefined, `Stock ${text(symbol)} not found in watchlist.`);
    watched.splice(watched.indexOf(symbol), 1);
    return { status: `Stock ${text(symbol)} removed from watchlist successfully.` };
  },
  place_order: (state, { order_type, symbol, price, amount }) => {
    signedIn(state);
    const order_id = Number(state["order_counter"]);
    const made = { order_type, symbol, price, amount };
    orders(state)[String(order_id)] = { id: order_id, ...made, status: "Open" };
    state["order_counter"] = order_id + 1;
    return { order_id, order_type, status: "Pending", price, amount };
  },
  get_order_details: (state, { order_id }) => order(state, order_id),
  get_order_history: (state) => ({ history: Object.keys(orders(state)) }),
  cancel_order: (state, { order_id }) => {
    const found = order(state, order_id);
    require(found["status"] === "Completed"
      ? undefined
      : true, `Can't cancel order ${text(order_id)}: it is completed.`);
    found["status"] = "Cancelled";
    return { order_id, status: "Cancelled" };
  },
  get_account_info: (state) => {
    signedIn(state);
    return balance(state);
  },
  fund_account: (state, { amount }) => {
    balance(state)["balance"] = (balance(state)["balance"] ?? 0) + number(amount);
    return { status: "Account funded successfully", new_balance: balance(state)["balance"] };
  },
  withdraw_funds: (state, { amount }) => {
    require((balance(state)["balance"] ?? 0) >= number(amount) ? true : undefined, "Insufficient funds.");
    balance(state)["balance"] = (balance(state)["balance"] ?? 0) - number(amount);
    return { status: "Withdrawal successful", new_balance: balance(state)["balance"] };
  },
  trading_login: (state) => {
    state["authenticated"] = true;
    return { status: "Logged in successfully" };
  },
  trading_logout: (state) => {
    state["authenticated"] = false;
    return { status: "Logged out successfully" };
  },
  trading_get_login_status: (state) => ({ status: state["authenticated"] === true }),
};

const AIRPORTS: Readonly<Record<string, string>> = {
  Rivermist: "RMS",
  Stonebrook: "SBK",
  Maplecrest: "MPC",
  Silverpine: "SVP",
  Shadowridge: "SHR",
  London: "LHR",
  Paris: "CDG",
  "Sunset Valley": "SVV",
  Oakendale: "OKD",
  Willowbend: "WLB",
  "Crescent Hollow": "CRH",
  Autumnville: "ATV",
  Pinehaven: "PHV",
  Greenfield: "GFD",
  "San Francisco": "SFO",
  "Los Angeles": "LAX",
  "New York": "JFK",
  Chicago: "ORD",
  Boston: "BOS",
  Beijing: "PEK",
  "Hong Kong": "HKG",
  Rome: "CIA",
  Tokyo: "HND",
};
const RATES: Readonly<Record<string, number>> = {
  USD: 1,
  RMB: 7,
  EUR: 0.8,
  GBP: 0.7,
  JPY: 110,
  CAD: 1.3,
  AUD: 1.4,
  INR: 74,
  RUB: 60,
  BRL: 5.4,
  MXN: 20,
};
const CLASSES: Readonly<Record<string, number>> = { economy: 1, business: 2, first: 5 };

/** Price of a flight: the same for the same places, day and class. */
function costOf({ travel_from, travel_to, travel_date, travel_class }: Readonly<Record<string, unknown>>): number {
  const letters = Array.from(`${text(travel_from)}${text(travel_to)}`).reduce(
    (sum, letter) => sum + (letter.codePointAt(0) ?? 0),
    0,
  );
  const day = Number(text(travel_date).slice(-2));
  return (100 + (letters % 160) + day) * (CLASSES[text(travel_class)] ?? 1);
}

function allowed(state: ServiceState, token: unknown): void {
  require(token === state["access_token"] ? true : undefined, "Token expired or invalid");
}

function card(state: ServiceState, id: unknown): Record<string, number> {
  const found = recordOf<Record<string, number>>(state, "credit_card_list")[text(id)];
  require(found, `Card ${text(id)} is not registered.`);
  return found;
}

function book(state: ServiceState, args: Readonly<Record<string, unknown>>): unknown {
  allowed(state, args["access_token"]);
  const cost = costOf(args);
  const paying = card(state, args["card_id"]);
  require((paying["balance"] ?? 0) >= cost ? true : undefined, "Insufficient balance on the card.");
  paying["balance"] = (paying["balance"] ?? 0) - cost;
  const booking_id = nextId(state, "booking");
  const transaction_id = nextId(state, "transaction");
  const { access_token: _token, ...facts } = args;
  recordOf(state, "booking_record")[booking_id] = { ...facts, travel_cost: cost, transaction_id };
  return { booking_id, transaction_id, booking_status: true, booking_history: {} };
}

function booking(state: ServiceState, id: unknown): Record<string, unknown> {
  const found = recordOf<Record<string, unknown>>(state, "booking_record")[text(id)];
  require(found, "Booking not found");
  return found;
}

/** Tools for travel. */
export const TRAVEL_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  authenticate_travel: (state, { user_first_name, user_last_name, grant_type }) => {
    const access_token = nextId(state, "token");
    Object.assign(state, {
      access_token,
      user_first_name,
      user_last_name,
      token_scope: grant_type,
      token_type: "Bearer",
      token_expires_in: 2,
    });
    return { expires_in: 2, access_token, token_type: "Bearer", scope: grant_type };
  },
  travel_get_login_status: (state) => ({ status: state["access_token"] !== undefined }),
  list_all_airports: () => Object.values(AIRPORTS),
  get_nearest_airport_by_city: (_state, { location }) => ({ nearest_airport: AIRPORTS[text(location)] ?? "Unknown" }),
  get_flight_cost: (_state, args) => ({ travel_cost_list: [costOf(args)] }),
  compute_exchange_rate: (_state, { base_currency, target_currency, value }) => ({
    exchanged_value:
      Math.round(((number(value) * (RATES[text(target_currency)] ?? 1)) / (RATES[text(base_currency)] ?? 1)) * 100) /
      100,
  }),
  verify_traveler_information: (state, { first_name, last_name, passport_number }) => {
    const fits =
      first_name === state["user_first_name"] && last_name === state["user_last_name"] && text(passport_number) !== "";
    return fits
      ? { verification_status: true }
      : { verification_status: false, verification_failure: "Cannot book for another person" };
  },
  set_budget_limit: (state, { access_token, budget_limit }) => {
    allowed(state, access_token);
    state["budget_limit"] = number(budget_limit);
    return { budget_limit: state["budget_limit"] };
  },
  get_budget_fiscal_year: () => ({ budget_fiscal_year: "2018" }),
  register_credit_card: (
    state,
    { access_token, card_number, expiration_date, cardholder_name, card_verification_number },
  ) => {
    allowed(state, access_token);
    const card_id = nextId(state, "card");
    recordOf(state, "credit_card_list")[card_id] = {
      card_number,
      expiry_date: expiration_date,
      cardholder_name,
      card_verification_number,
      balance: 50_000,
    };
    return { card_id };
  },
  get_credit_card_balance: (state, { access_token, card_id }) => {
    allowed(state, access_token);
    return { card_balance: card(state, card_id)["balance"] };
  },
  book_flight: book,
  cancel_booking: (state, { access_token, booking_id }) => {
    allowed(state, access_token);
    booking(state, booking_id);
    delete recordOf(state, "booking_record")[text(booking_id)];
    return { cancel_status: true };
  },
  purchase_insurance: (state, { access_token, insurance_type, insurance_cost, booking_id, card_id }) => {
    allowed(state, access_token);
    const booked = booking(state, booking_id);
    const paying = card(state, card_id);
    paying["balance"] = (paying["balance"] ?? 0) - number(insurance_cost);
    const insurance_id = nextId(state, "insurance");
    Object.assign(booked, { insurance: insurance_type, insurance_id });
    return { insurance_id, insurance_status: true };
  },
  retrieve_invoice: (state, { access_token, booking_id }) => {
    allowed(state, access_token);
    return { invoice: { booking_id, ...booking(state, booking_id) } };
  },
  contact_customer_support: (state, { booking_id, message }) => {
    booking(state, booking_id);
    listOf(state, "support").push({ booking_id, message });
    return { customer_support_message: "Thank you for contacting us; we will respond shortly." };
  },
  get_all_credit_cards: (state) => ({ credit_card_list: recordOf(state, "credit_card_list") }),
};
