"""The practice's pages and databases in Notion, and its invoices and payments in Stripe."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from tests.hijack.model import Stage
from tests.hijack.worlds import practice_forms as form

TODAY = date(2026, 11, 26)
SITE = "https://www.notion.so/"

PageId = Annotated[str, Field(description="The ID of the page, with or without dashes")]
Command = Literal["update_properties", "update_content", "insert_content_after", "replace_content"]
CustomerId = Annotated[str, Field(pattern=r"^cus_", description="The ID of the customer")]
InvoiceId = Annotated[str, Field(pattern=r"^in_", description="The ID of the invoice")]
PriceId = Annotated[str, Field(pattern=r"^price_", description="The ID of the price")]
ProductId = Annotated[str, Field(pattern=r"^prod_", description="The ID of the product")]
Limit = Annotated[int, Field(ge=1, le=100, description="The number of objects to return")]


def _row(stage: Stage, table: str, key: str) -> Any:
    if key not in stage.state[table]:
        raise ToolError(f"Could not find {table} with ID {key}.")
    return stage.state[table][key]


def _next(stage: Stage, table: str) -> str:
    return form.key(table, 1 + max(int(one[-4:]) for one in stage.state[table]))


def _plain(text: str) -> str:
    """Return the ID with dashes that an ID or address of Notion stands for."""
    bare = text.removeprefix("collection://").removeprefix(SITE).split("?")[0].replace("-", "")
    return "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]))


def _url(key: str) -> str:
    return SITE + key.replace("-", "")


def _title(properties: dict[str, Any], other: str = "") -> str:
    return str(properties.get("Name") or properties.get("title") or other)


def _values(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in ("Name", "title")}


def notion(stage: Stage) -> MCPServer:
    """Return the server of the practice's Notion."""
    server = MCPServer("fam-notion", log_level="ERROR")
    _finding(server, stage)
    _listing(server, stage)
    _pages(server, stage)
    _comments(server, stage)
    return server


def _finding(server: MCPServer, stage: Stage) -> None:
    @server.tool(name="notion-search")
    def search(
        query: Annotated[str, Field(description="Words to look for in pages and databases")],
        data_source_url: Annotated[str | None, Field(description="Search in this database only")] = None,
    ) -> form.Hits:
        """Search the Notion workspace: pages and databases that have all words."""
        words = query.lower().split()
        source = _plain(data_source_url) if data_source_url else None
        hits = [
            form.Hit(
                id=key,
                title=one["title"],
                type="page" if table == "pages" else "database",
                url=_url(key),
                timestamp=one.get("edited", "2026-01-05"),
                highlight=one.get("content", "")[:80],
            )
            for table in ("databases", "pages")
            for key, one in stage.state[table].items()
            if all(word in f"{one['title']} {one.get('content', '')}".lower() for word in words)
            and source in (None, one.get("parent"))
        ]
        return form.Hits(results=hits)

    @server.tool(name="notion-fetch")
    def fetch(
        id: Annotated[str, Field(description="ID or URL of a page or database")],  # noqa: A002
    ) -> form.Fetched:
        """Retrieve a page or database by its ID or URL."""
        key = _plain(id)
        if key in stage.state["databases"]:
            one = stage.state["databases"][key]
            source = f"{one['text']}\ndata source: collection://{key}\nview: {_url(key)}?v=all"
            return form.Fetched(
                id=key,
                url=_url(key),
                title=one["title"],
                text=source,
                type="database",
                parent="workspace",
                properties={},
            )
        page = _row(stage, "pages", key)
        fields = {part: page[part] for part in ("title", "parent", "properties")}
        return form.Fetched(id=key, type="page", url=_url(key), text=page["content"], **fields)


def _listing(server: MCPServer, stage: Stage) -> None:
    @server.tool(name="notion-query-database-view")
    def query_database_view(
        view_url: Annotated[str, Field(description="URL of a view of a database")],
    ) -> form.Rows:
        """Query the pages of a database by one of its views."""
        key = _plain(view_url)
        _row(stage, "databases", key)
        rows = [one for one in stage.state["pages"].values() if one["parent"] == key]
        return form.Rows(
            results=[{"id": one["id"], "Name": one["title"], **one["properties"]} for one in rows]
        )

    @server.tool(name="notion-get-users")
    def get_users(query: str = "") -> form.Members:
        """List the users of the workspace, by name or address."""
        found = stage.state["members"].values()
        fits = [one for one in found if query.lower() in f"{one['name']} {one['email']}".lower()]
        return form.Members(results=[form.Member(**one) for one in fits])


def _place(stage: Stage, parent: form.Parent | None) -> str:
    if parent is None or (parent.page_id is None and parent.data_source_id is None):
        return "workspace"
    if parent.page_id is not None:
        return str(_row(stage, "pages", _plain(parent.page_id))["id"])
    return str(_row(stage, "databases", _plain(parent.data_source_id or ""))["id"])


def _pages(server: MCPServer, stage: Stage) -> None:
    @server.tool(name="notion-create-pages")
    def create_pages(
        pages: Annotated[list[form.NewPage], Field(min_length=1, max_length=100)],
        parent: form.Parent | None = None,
    ) -> form.PageRefs:
        """Create pages in a database or under a page; else in the workspace."""
        under, made = _place(stage, parent), list[form.PageRef]()
        for one in pages:
            key = _next(stage, "pages")
            fields = {"id": key, "parent": under, "title": _title(one.properties), "content": one.content}
            values = {"properties": _values(one.properties), "edited": TODAY.isoformat()}
            stage.state["pages"][key] = {**fields, **values}
            made.append(form.PageRef(id=key, url=_url(key)))
        return form.PageRefs(pages=made)

    @server.tool(name="notion-update-page")
    def update_page(
        page_id: PageId,
        command: Command,
        properties: dict[str, str | int | float | None] | None = None,
        new_str: Annotated[str | None, Field(description="The new text, or what is inserted")] = None,
        selection_with_ellipsis: Annotated[
            str | None, Field(description="Start and end of the text to insert after, as 'Start...end'")
        ] = None,
        content_updates: Annotated[list[form.Change] | None, Field(description="Replacements")] = None,
    ) -> form.PageRef:
        """Update a page's properties or its text."""
        page = _row(stage, "pages", _plain(page_id))
        text = page["content"]
        if command == "update_properties":
            page["title"] = _title(properties or {}, page["title"])
            page["properties"] = {**page["properties"], **_values(properties or {})}
        elif command == "replace_content":
            text = new_str or ""
        elif command == "insert_content_after":
            last = (selection_with_ellipsis or "").split("...")[-1]
            if last not in text:
                raise ToolError("The selection was not found in the page.")
            at = text.index(last) + len(last)
            text = f"{text[:at]}\n{(new_str or '').lstrip()}{text[at:]}"
        for one in content_updates or []:
            if one.old_str not in text:
                raise ToolError("old_str was not found in the page.")
            text = text.replace(one.old_str, one.new_str, 1)
        page.update(content=text, edited=TODAY.isoformat())
        return form.PageRef(id=page["id"], url=_url(page["id"]))

    @server.tool(name="notion-move-pages")
    def move_pages(
        page_or_database_ids: Annotated[list[str], Field(min_length=1, max_length=100)],
        new_parent: form.Parent,
    ) -> form.PageRefs:
        """Move pages under another page or into a database."""
        under = _place(stage, new_parent)
        moved = [_row(stage, "pages", _plain(one)) for one in page_or_database_ids]
        for one in moved:
            one["parent"] = under
        return form.PageRefs(pages=[form.PageRef(id=one["id"], url=_url(one["id"])) for one in moved])


def _comments(server: MCPServer, stage: Stage) -> None:
    @server.tool(name="notion-get-comments")
    def get_comments(page_id: PageId) -> form.Comments:
        """Get all comments and discussions of a page."""
        key = _plain(page_id)
        _row(stage, "pages", key)
        found = [one for one in stage.state["comments"].values() if one["page_id"] == key]
        return form.Comments(comments=[form.Comment(**one) for one in found])

    @server.tool(name="notion-create-comment")
    def create_comment(
        page_id: PageId,
        rich_text: Annotated[list[form.Piece], Field(min_length=1)],
        discussion_id: Annotated[str | None, Field(description="Discussion to reply to")] = None,
    ) -> form.Done:
        """Add a comment to a page, or reply to a discussion."""
        page, key = _row(stage, "pages", _plain(page_id)), _next(stage, "comments")
        fields = {
            "id": key,
            "page_id": page["id"],
            "discussion_id": discussion_id or f"discussion-{key[-4:]}",
        }
        words = "".join(one.text.content for one in rich_text)
        said = {"author": "Jonas Reuter", "created": TODAY.isoformat(), "text": words}
        stage.state["comments"][key] = {**fields, **said}
        return form.Done(id=key, status="created")


def stripe(stage: Stage) -> MCPServer:
    """Return the server of the practice's Stripe account."""
    server = MCPServer("fam-stripe", log_level="ERROR")
    _sold(server, stage)
    _invoices(server, stage)
    _paid(server, stage)
    return server


def _newest(rows: dict[str, Any], customer: str | None, limit: int) -> list[Any]:
    found = [one for one in rows.values() if customer in (None, one["customer"])]
    return sorted(found, key=lambda one: str(one["created"]), reverse=True)[:limit]


def _sold(server: MCPServer, stage: Stage) -> None:
    @server.tool()
    def list_customers(
        limit: Limit = 100,
        email: Annotated[str | None, Field(description="A filter on the customer's email")] = None,
    ) -> form.Customers:
        """Fetch a list of customers from Stripe."""
        found = [one for one in stage.state["customers"].values() if email in (None, one["email"])]
        return form.Customers(data=[form.Customer(**one) for one in found[:limit]])

    @server.tool()
    def create_customer(name: str, email: str | None = None) -> form.Customer:
        """Create a customer in Stripe."""
        key = _next(stage, "customers")
        fields = {"id": key, "name": name, "email": email or "", "description": ""}
        stage.state["customers"][key] = fields
        return form.Customer(**fields)

    @server.tool()
    def list_products(limit: Limit = 100) -> form.Products:
        """Fetch a list of products from Stripe."""
        found = [form.Product(**one) for one in stage.state["products"].values()]
        return form.Products(data=found[:limit])

    @server.tool()
    def list_prices(product: ProductId | None = None, limit: Limit = 100) -> form.Prices:
        """Fetch a list of prices from Stripe."""
        found = [one for one in stage.state["prices"].values() if product in (None, one["product"])]
        return form.Prices(data=[form.Price(**one) for one in found[:limit]])

    @server.tool()
    def create_price(
        product: ProductId,
        unit_amount: Annotated[int, Field(ge=1, description="The unit amount of the price in pence")],
        currency: Annotated[str, Field(pattern=r"^[a-z]{3}$", description="The currency of the price")],
    ) -> form.Price:
        """Create a price in Stripe; a product is needed first."""
        _row(stage, "products", product)
        key = _next(stage, "prices")
        fields = {"id": key, "product": product, "unit_amount": unit_amount, "currency": currency}
        stage.state["prices"][key] = {**fields, "active": True, "nickname": ""}
        return form.Price(**stage.state["prices"][key])


def _sheet(key: str, status: str) -> str:
    return "" if status == "draft" else f"https://invoice.stripe.com/i/{key}"


def _invoices(server: MCPServer, stage: Stage) -> None:
    def ref(one: dict[str, Any]) -> form.InvoiceRef:
        url = _sheet(one["id"], one["status"])
        return form.InvoiceRef(id=one["id"], url=url, customer=one["customer"], status=one["status"])

    @server.tool()
    def list_invoices(customer: CustomerId | None = None, limit: Limit = 10) -> form.Invoices:
        """Fetch a list of invoices from Stripe, newest first."""
        found = _newest(stage.state["invoices"], customer, limit)
        return form.Invoices(
            data=[
                form.Invoice(
                    **{name: value for name, value in one.items() if name != "lines"},
                    hosted_invoice_url=_sheet(one["id"], one["status"]),
                )
                for one in found
            ]
        )

    @server.tool()
    def create_invoice(
        customer: CustomerId,
        days_until_due: Annotated[int, Field(ge=0, description="Days until the invoice is due")] = 30,
    ) -> form.InvoiceRef:
        """Create an invoice in Stripe; it is a draft until it is finalized."""
        _row(stage, "customers", customer)
        key, due = _next(stage, "invoices"), TODAY + timedelta(days_until_due)
        fields = {"id": key, "customer": customer, "number": "", "status": "draft", "amount_due": 0}
        days = {"created": TODAY.isoformat(), "due_date": due.isoformat()}
        stage.state["invoices"][key] = {**fields, **days, "description": "", "lines": []}
        return ref(stage.state["invoices"][key])

    @server.tool()
    def create_invoice_item(customer: CustomerId, price: PriceId, invoice: InvoiceId) -> form.ItemRef:
        """Create an invoice item in Stripe: a price on a draft invoice."""
        sheet = _row(stage, "invoices", invoice)
        if sheet["customer"] != customer or sheet["status"] != "draft":
            raise ToolError("This is no draft for this customer.")
        sheet["amount_due"] += _row(stage, "prices", price)["unit_amount"]
        sheet["lines"].append(price)
        return form.ItemRef(id=f"ii_1QmTz4LkW9{len(sheet['lines']):04d}", invoice=invoice)

    @server.tool()
    def finalize_invoice(invoice: InvoiceId) -> form.InvoiceRef:
        """Finalize an invoice in Stripe: it is sent to the customer."""
        sheet = _row(stage, "invoices", invoice)
        if sheet["status"] != "draft":
            raise ToolError("This invoice is no draft.")
        last = max(int(one["number"][3:] or 0) for one in stage.state["invoices"].values())
        sheet.update(status="open", number=f"RA-{last + 1}")
        return ref(sheet)


def _paid(server: MCPServer, stage: Stage) -> None:
    @server.tool()
    def list_payment_intents(customer: CustomerId | None = None, limit: Limit = 10) -> form.Payments:
        """List payment intents in Stripe, newest first."""
        found = _newest(stage.state["payments"], customer, limit)
        return form.Payments(data=[form.Payment(**one) for one in found])

    @server.tool()
    def create_refund(
        payment_intent: Annotated[str, Field(pattern=r"^pi_", description="The PaymentIntent to refund")],
        amount: Annotated[int | None, Field(ge=1, description="The amount to refund in pence")] = None,
    ) -> form.Refund:
        """Refund a payment intent in Stripe, all of it if no amount is given."""
        paid = _row(stage, "payments", payment_intent)["amount"]
        back = [one for one in stage.state["refunds"] if one["payment_intent"] == payment_intent]
        left = paid - sum(one["amount"] for one in back)
        if not left or (amount or 0) > left:
            raise ToolError("This is more than is left of the payment.")
        stage.state["refunds"].append({"payment_intent": payment_intent, "amount": amount or left})
        return form.Refund(id=f"re_{len(stage.state['refunds'])}", status="succeeded", amount=amount or left)

    @server.tool()
    def create_payment_link(
        price: PriceId,
        quantity: Annotated[int, Field(ge=1, description="The quantity of the product")],
        redirect_url: Annotated[str | None, Field(description="Where the payer goes afterwards")] = None,
    ) -> form.Link:
        """Create a payment link in Stripe."""
        _row(stage, "prices", price)
        link = {"price": price, "quantity": quantity, "redirect_url": redirect_url or ""}
        stage.state["links"].append(link)
        key = f"plink_1QmTz4LkW9{len(stage.state['links']):04d}"
        return form.Link(id=key, url=f"https://buy.stripe.com/{key}")
