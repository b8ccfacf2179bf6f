import { expect, test } from "vitest";
import { ScreenModel } from "./__fixtures__/screen-model.ts";
import { cutToWidth, displayWidth, LiveRegion } from "./live-region.ts";

function openScreen(columns: number, rows = 20) {
  const screen = new ScreenModel(columns);
  const region = new LiveRegion({
    // The line discipline of a terminal adds the return.
    write: (text) => screen.write(text.replaceAll("\n", "\r\n")),
    columns: () => screen.columns,
    rows: () => rows,
    isLive: true,
  });
  const shown = (): readonly string[] => screen.lines().filter((line) => line !== "");
  return { screen, region, shown };
}

test("lines are drawn over, and text that stays comes above them", () => {
  const { region, shown } = openScreen(40);
  region.print("first\n");
  region.draw([{ text: "working 1" }, { text: "more" }]);
  region.draw([{ text: "working 2" }]);
  expect(shown()).toEqual(["first", "working 2"]);
  region.print("second\n");
  region.draw([{ text: "working 3" }]);
  expect(shown()).toEqual(["first", "second", "working 3"]);
  region.clear();
  expect(shown()).toEqual(["first", "second"]);
});

test("nothing is drawn into a line that is being written", () => {
  const { region, shown } = openScreen(40);
  region.print("half a ");
  region.draw([{ text: "working" }]);
  region.print("line");
  region.endLine();
  region.draw([{ text: "working" }]);
  expect(shown()).toEqual(["half a line", "working"]);
});

test.each([10, 25, 61, 100])("a window of %i columns after one of 60 shows no remains", (columns) => {
  const { screen, region, shown } = openScreen(60);
  region.print("kept\n");
  region.draw([{ text: "a".repeat(90) }, { text: "b".repeat(59) }, { text: "short" }]);
  screen.resize(columns);
  region.draw([{ text: "c".repeat(90) }]);
  expect(shown()[0]).toBe("kept");
  expect(shown()).toHaveLength(2);
  expect(shown()[1]).toHaveLength(columns - 1 < 90 ? columns - 1 : 90);
});

test("a narrow window and wide letters are not overrun", () => {
  expect(displayWidth("日本語 ok")).toBe(9);
  expect(displayWidth("e\u0301")).toBe(1);
  expect(cutToWidth("日本語", 6)).toBe("日本語");
  expect(cutToWidth("日本語", 5)).toBe("日本…");
  expect(cutToWidth("日本語", 4)).toBe("日…");
  expect(cutToWidth("abc", 1)).toBe("…");
});

test("no more lines are drawn than a low window has", () => {
  const { region, shown } = openScreen(40, 4);
  region.draw(["1", "2", "3", "4", "5"].map((text) => ({ text })));
  expect(shown()).toEqual(["1", "2", "3"]);
});

test("where nothing can be drawn over, nothing is", () => {
  let written = "";
  const region = new LiveRegion({
    write: (text) => {
      written += text;
    },
    columns: () => 80,
    rows: () => 24,
    isLive: false,
  });
  region.draw([{ text: "working" }]);
  region.print("text");
  region.endLine();
  region.clear();
  expect(written).toBe("text\n");
});
