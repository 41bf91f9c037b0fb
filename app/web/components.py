"""Everything the pages are made of, on one page: what to look at after a change of style."""

from flask import Blueprint, render_template
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.web import access
from app.web.forms import StaffForm

blueprint = Blueprint("components", __name__, url_prefix="/components")


class SampleForm(StaffForm):
    """One field of each kind. Its words are samples, Vietnamese for their marks."""

    name = StringField(
        "Tên đợt khảo sát", [InputRequired()], description="Ví dụ: Khảo sát quý III năm 2026"
    )
    size = IntegerField("Cỡ mẫu", [InputRequired()], description="Số hồ sơ được chọn, từ 60")
    allocation = SelectField(
        "Cách phân bổ",
        choices=[SelectChoice("proportional", "Tỷ lệ thuận"), SelectChoice("neyman", "Neyman")],
    )
    audience = RadioField(
        "Đối tượng",
        choices=[SelectChoice("citizen", "Người dân"), SelectChoice("business", "Doanh nghiệp")],
    )
    reason = TextAreaField("Lý do", description="Ghi rõ căn cứ để người duyệt kiểm tra")
    dry_run = BooleanField("Đợt thử nghiệm", description="Kết quả không đưa vào chỉ số")


@blueprint.get("")
@access.signed_in
def all_components() -> str:
    """Show every component, one field with a fault among them."""
    form = SampleForm()
    form.size.errors = ["Nhập một số từ 60 trở lên."]
    return render_template("components.html", form=form)
