#!/usr/bin/env node
/** The `codemode` command. */
import { runMain } from "./cli/main.ts";

runMain();
