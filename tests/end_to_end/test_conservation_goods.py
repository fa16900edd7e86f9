"""Stock, need and weight balances, rebuilt from the written tables and the data alone."""

from __future__ import annotations

import math
from fractions import Fraction

import pandas as pd
import pytest
from command_line import WrittenRun, data_table, whole_seconds

KG = 0.0006  # half of the last decimal, and noise
M3 = 0.00006


def issued_by_lot(run: WrittenRun) -> pd.Series[int]:
    """Units taken from each lot, by vehicle and on the spot."""
    lines = run.table("load_lines")[["lot_id", "quantity"]]
    local = run.table("local_issues")[["lot_id", "quantity"]]
    return pd.concat([lines, local]).groupby("lot_id")["quantity"].sum()


def on_hand(run: WrittenRun) -> pd.DataFrame:
    """Lots of existing warehouses on the day: index id, with `left_by_losses` and `usable` units."""
    lots = data_table("lots").merge(
        data_table("warehouses")[["id", "status", "level"]].rename(columns={"id": "warehouse"})
    )
    lost = {
        loss["warehouse"]: Fraction(str(loss["share"])) for loss in run.scenario.get("losses", {}).values()
    }
    lots["left_by_losses"] = [
        math.floor(quantity * (1 - lost.get(warehouse, Fraction(0))))
        for quantity, warehouse in zip(lots["quantity"].tolist(), lots["warehouse"], strict=True)
    ]
    day = str(run.scenario["date"])
    good = (lots["status"] == "existing") & ((lots["expires_on"] == "") | (lots["expires_on"] >= day))
    return lots.assign(usable=lots["left_by_losses"].where(good, 0)).set_index("id")


def basket(run: WrittenRun) -> pd.DataFrame:
    """Units a person needs over the days of supply: index item, `per_person` (exact) and `essential`."""
    rows = data_table("baskets")
    rows = rows[rows["basket"] == run.scenario["basket"]]
    days = Fraction(str(run.scenario["supply_days"]))
    per_person = [
        Fraction(str(quantity)) * (days if per == "day" else 1)
        for quantity, per in zip(rows["quantity_per_person"], rows["per"], strict=True)
    ]
    return rows.assign(per_person=per_person, essential=rows["essential"] == "yes").set_index("item")


def test_no_lot_gives_more_than_it_holds(shipped: WrittenRun) -> None:
    """For every lot, issued + left = on hand after losses, and left is not below zero."""
    issued, lots = issued_by_lot(shipped), on_hand(shipped)
    supply = shipped.table("supply").set_index("lot_id")["quantity"]
    held = pd.concat([supply, lots.loc[lots["level"] == "community", "usable"]])
    assert held.index.is_unique
    assert set(issued.index) <= set(held.index)
    left = held.sub(issued, fill_value=0)
    assert (left >= 0).all(), left[left < 0]
    assert issued.sum() + left.sum() == held.sum()


def test_the_plan_counts_on_all_usable_stock_and_no_other(shipped: WrittenRun) -> None:
    """The supply of warehouses is every lot in date of an item of the basket, after losses."""
    lots, items = on_hand(shipped), basket(shipped).index
    wanted = lots[(lots["usable"] > 0) & (lots["level"] != "community") & lots["item"].isin(items)]
    supply = shipped.table("supply").set_index("lot_id")
    from_stock = supply[~supply.index.str.contains("@")]
    assert from_stock["quantity"].to_dict() == wanted["usable"].to_dict()
    assert from_stock["source_id"].to_dict() == wanted["warehouse"].to_dict()
    assert (from_stock["available_h"] == 0).all()


def test_agreements_give_what_a_plan_may_count_on(shipped: WrittenRun) -> None:
    """Batches of a supplier are at most floor(quantity x reliability) together, none before activation."""
    supply = shipped.table("supply")
    batches = supply[supply["lot_id"].str.contains("@")].assign(
        supplier=lambda rows: rows["lot_id"].str.rpartition("@")[0]
    )
    suppliers = data_table("suppliers").set_index("id")
    for supplier, rows in batches.groupby("supplier"):
        agreement = suppliers.loc[supplier]
        counted = math.floor(int(agreement["quantity"]) * Fraction(str(agreement["reliability"])))
        assert rows["quantity"].sum() <= counted
        assert (rows["available_h"] >= float(agreement["activation_h"])).all()
        assert agreement["contract_end"] == "" or agreement["contract_end"] >= str(shipped.scenario["date"])
        assert set(rows["source_id"]) == {agreement["depot"]}
        if agreement["ramp_per_h"] == "":
            assert rows["quantity"].tolist() == [counted]


def test_goods_are_loaded_where_and_when_they_stand(shipped: WrittenRun) -> None:
    """Each line is of its lot's item, loaded at the lot's source, not before the lot is available."""
    lines = shipped.table("load_lines").merge(
        shipped.table("trips")[["trip_id", "source_id", "load_start_h"]], on="trip_id"
    )
    lines = lines.merge(
        shipped.table("supply"), on="lot_id", suffixes=("", "_of_lot"), validate="many_to_one"
    )
    assert len(lines) == len(shipped.table("load_lines"))
    assert (lines["item"] == lines["item_of_lot"]).all()
    assert (lines["source_id"] == lines["source_id_of_lot"]).all()
    assert (whole_seconds(lines["load_start_h"]) >= whole_seconds(lines["available_h"])).all()


def test_what_expires_first_goes_first(shipped: WrittenRun) -> None:
    """Where a lot is issued, no lot of the item that expires sooner stays at the same place."""
    supply = shipped.table("supply").set_index("lot_id")
    supply = supply[~supply.index.str.contains("@")]
    issued = issued_by_lot(shipped).reindex(supply.index, fill_value=0)
    supply = supply.assign(issued=issued, until=supply["expires_on"].replace("", "9999-12-31"))
    for _, shelf in supply.groupby(["source_id", "item"]):
        last_issued = shelf.loc[shelf["issued"] > 0, "until"].max()
        sooner = shelf[shelf["until"] < last_issued] if isinstance(last_issued, str) else shelf.iloc[:0]
        assert (sooner["issued"] == sooner["quantity"]).all()


def test_community_stock_is_handed_out_in_its_own_place_only(shipped: WrittenRun) -> None:
    """Stock of a community point goes to sites of its place, in date, without a vehicle."""
    local = shipped.table("local_issues")
    lots, places = on_hand(shipped), data_table("sites").set_index("id")["place"]
    stores = data_table("warehouses").set_index("id")
    assert len(local)
    assert (stores.loc[local["warehouse_id"], "level"] == "community").all()
    assert stores.loc[local["warehouse_id"], "place"].tolist() == places[local["site_id"]].tolist()
    assert lots.loc[local["lot_id"], "warehouse"].tolist() == local["warehouse_id"].tolist()
    assert lots.loc[local["lot_id"], "item"].tolist() == local["item"].tolist()
    assert not set(shipped.table("trips")["source_id"]) & set(stores.index[stores["level"] == "community"])


def test_delivered_and_unmet_make_the_need(shipped: WrittenRun) -> None:
    """For every site and item, need = ceil(people x quantity a person) = delivered + unmet, none below 0."""
    demand = shipped.table("demand").set_index(["site_id", "item"])
    wanted = basket(shipped)
    assert set(demand.index.get_level_values("item")) == set(wanted.index)
    needs = [math.ceil(row.people * wanted["per_person"][row.Index[1]]) for row in demand.itertuples()]
    assert demand["need"].tolist() == needs
    got = pd.concat(
        [shipped.table(name)[["site_id", "item", "quantity"]] for name in ("load_lines", "local_issues")]
    )
    delivered = got.groupby(["site_id", "item"])["quantity"].sum()
    assert set(delivered.index) <= set(demand.index)
    assert (demand["delivered"] == delivered.reindex(demand.index, fill_value=0)).all()
    assert (demand["delivered"] + demand["unmet"] == demand["need"]).all()
    assert (demand[["delivered", "unmet"]] >= 0).all(axis=None)
    assert (demand["essential"] == "yes").tolist() == [wanted["essential"][item] for _, item in demand.index]


def test_lines_weigh_what_the_catalogue_says_and_add_up(shipped: WrittenRun) -> None:
    """Lines, stops and trips weigh their units; no vehicle carries more than it can."""
    items = data_table("items").set_index("id")
    lines, stops = shipped.table("load_lines"), shipped.table("stops")
    trips = shipped.table("trips").set_index("trip_id")
    weight = lines["quantity"] * items.loc[lines["item"], "weight_kg"].to_numpy()
    volume = lines["quantity"] * items.loc[lines["item"], "volume_m3"].to_numpy()
    assert lines["weight_kg"].to_numpy() == pytest.approx(weight.to_numpy(), abs=KG)
    assert lines["volume_m3"].to_numpy() == pytest.approx(volume.to_numpy(), abs=M3)
    by_stop = weight.groupby([lines["trip_id"], lines["stop"]]).sum()
    written = stops.set_index(["trip_id", "stop"])["weight_kg"].sort_index()
    assert list(by_stop.index) == list(written.index)
    assert written.to_numpy() == pytest.approx(by_stop.to_numpy(), abs=KG)
    loaded_kg = weight.groupby(lines["trip_id"]).sum().reindex(trips.index)
    loaded_m3 = volume.groupby(lines["trip_id"]).sum().reindex(trips.index)
    assert trips["weight_kg"].to_numpy() == pytest.approx(loaded_kg.to_numpy(), abs=KG)
    assert trips["volume_m3"].to_numpy() == pytest.approx(loaded_m3.to_numpy(), abs=M3)
    kinds = data_table("vehicle_types").set_index("id").loc[trips["vehicle_type"]]
    assert (loaded_kg.to_numpy() <= kinds["payload_kg"].to_numpy() + KG).all()
    assert (loaded_m3.to_numpy() <= kinds["volume_m3"].to_numpy() + M3).all()


def test_a_load_is_picked_in_order_and_dropped_where_it_is_meant(shipped: WrittenRun) -> None:
    """Picks of a trip count 1, 2, 3 ...; every line is for the site of its stop; no line is empty."""
    lines, stops = shipped.table("load_lines"), shipped.table("stops")
    assert (lines["pick"] == lines.groupby("trip_id").cumcount() + 1).all()
    assert (lines["quantity"] > 0).all()
    site = stops.set_index(["trip_id", "stop"])["site_id"]
    meant = [site[trip, stop] for trip, stop in zip(lines["trip_id"], lines["stop"], strict=True)]
    assert lines["site_id"].tolist() == meant
