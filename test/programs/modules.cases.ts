import type { ProgramCase } from "./program-case.ts";

const imports = (line: string, ...says: readonly string[]): ProgramCase => ({
  id: line,
  program: `${line}\n"x"`,
  fails: ["unknown_tool", 1],
  says,
});

const ONE_MODULE = 'import { list_orders } from "generated/servers/shop"';

/** Imports of modules from elsewhere, in TypeScript. */
export const MODULE_CASES: readonly ProgramCase[] = [
  imports('import { list_orders } from "./servers/shop/list_orders.js";', ONE_MODULE),
  imports('import listOrders from "servers/shop/listOrders";', ONE_MODULE),
  imports('import { go } from "./servers/shop/index.ts";', 'import * as shop from "generated/servers/shop"'),
  imports('import { list_orders } from "servers/shop";', "Did you mean generated/servers/shop?"),
  imports('import { list_orders } from "@mcp/shop";', "Did you mean generated/servers/shop?"),
  imports('import { Client } from "@modelcontextprotocol/sdk/client/index.js";', "No client is needed"),
  imports('import fs from "node:fs/promises";', "no file system"),
  imports('import _ from "lodash-es";', "Object.groupBy"),
  imports('import { z } from "zod@3";', "plain checks"),
  imports('import dayjs from "npm:dayjs";', "Intl.DateTimeFormat"),
  imports('import { setTimeout as sleep } from "node:timers/promises";', "codemode.sleep(ms)"),
  imports('import { createHash } from "crypto";', "crypto.randomUUID()", "crypto.subtle.digest"),
  imports('import { v4 } from "uuid";', "crypto.randomUUID()"),
  imports('import pLimit from "p-limit";', "parallel(tasks, { limit })"),
  imports('import fetch from "node-fetch";', "no network"),
  imports('import { execa } from "execa";', "No process can be started"),
  imports('import assert from "node:assert/strict";', "throw new Error"),
  imports('import util from "util";', "console.log"),
  { ...imports('const { createHash } = require("node:crypto");', "crypto.subtle.digest"), fails: ["type_error", 1] },
  { ...imports("const axios = require('axios');", "no network"), fails: ["type_error", 1] },
  { ...imports("const it = require(`something`);", "Nothing can be required"), fails: ["type_error", 1] },
];

const FROM_SHOP = "from generated.servers.shop import list_orders";

/** The same in Python, where a module is looked for when the import runs. */
export const PYTHON_MODULE_CASES: readonly ProgramCase[] = [
  { ...imports("from tools import list_orders", FROM_SHOP), fails: ["unknown_tool", 1] },
  { ...imports("from my_tools.api import (list_orders, motd)", FROM_SHOP), fails: ["unknown_tool", 1] },
  { ...imports("from mcp import ClientSession", "No client is needed"), fails: ["unknown_tool", 1] },
  { ...imports("import tenacity", "from codemode import retry"), fails: ["unknown_tool", 1] },
  { ...imports("from tqdm import tqdm", "logging"), fails: ["unknown_tool", 1] },
  imports(
    "from generated.servers.shop.list_orders import list_orders",
    FROM_SHOP,
    "Did you mean generated.servers.shop?",
  ),
];
