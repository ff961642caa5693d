"""What the columns of another system mean, by their headers in English and Chinese."""

import re
import unicodedata

# What a column can bring: its kind of content, and headers that mean it. Of two that fit, the
# one further up wins.
TARGETS = {
    "plate": ("plate", "plate;plate no;plate number;license plate;licence plate;registration;"
              "registration no;registration number;reg no;number plate;车牌;车牌号;车牌号码;"
              "号牌;号牌号码;牌照号;牌照"),
    "vin": ("vin", "vin;vin code;vin no;vin number;chassis;chassis no;chassis number;frame no;"
            "车架号;车架号码;车辆识别代号;车辆识别代码;vin码;vin号;底盘号"),
    "vin_override_reason": ("text", "vin exception;vin例外"),
    "make": ("text", "make;brand;manufacturer;品牌;车辆品牌;厂牌"),
    "model": ("text", "model;car model;vehicle model;series;车型;车系;车辆型号;型号"),
    "model_year": ("year", "model year;year;年款;车型年份;年份"),
    "energy": ("energy", "energy;fuel;fuel type;能源类型;燃料类型;燃料种类;能源"),
    "colour": ("text", "colour;color;颜色;车身颜色;车色"),
    "engine_number": ("text", "engine no;engine number;motor no;发动机号;发动机号码;电机号"),
    "first_registration_date": ("date", "first registration;first registration date;"
                                "registration date;registered on;注册日期;上牌日期;初次登记日期;"
                                "登记日期"),
    "delivery_date": ("date", "delivered on;delivery date;sale date;交付日期;交车日期;购车日期"),
    "insurance_until": ("date", "insured until;insurance until;insurance expiry;保险到期;"
                        "保险到期日;保险到期日期"),
    "inspection_due": ("date", "inspection due;inspection until;年检到期;年检到期日;"
                       "年检到期日期;年审到期"),
    "owner_name": ("text", "owner;owner name;customer;customer name;client;车主;车主姓名;"
                   "客户;客户姓名;客户名称;姓名;机动车所有人"),
    "owner_phone": ("phone", "phone;phone number;owner phone;customer phone;mobile;mobile no;"
                    "mobile number;telephone;tel;电话;手机;手机号;手机号码;联系电话;车主电话;"
                    "客户电话;联系方式"),
    "owner_email": ("text", "email;e-mail;owner email;customer email;邮箱;电子邮箱;电子邮件"),
    "owner_street": ("text", "address;street;owner address;地址;联系地址;通讯地址;住址"),
    "owner_city": ("text", "city;town;城市"),
    "owner_ref": ("text", "customer no;customer number;customer id;客户编号;客户号;客户代码"),
    "visit_date": ("past", "visit date;order date;service date;repair date;date;date in;进厂日期;"
                   "维修日期;开单日期;入厂日期;工单日期;日期"),
    "visit_number": ("text", "order no;order number;ro no;ro number;repair order;invoice no;"
                     "job card;工单号;维修单号;委托书号;单号;结算单号;施工单号"),
    "odometer": ("whole", "odometer;odometer (km);mileage;km;kilometres;kilometers;里程;"
                 "里程数;公里数;行驶里程;进厂里程"),
    "concern": ("long", "concern;complaint;customer concern;description;故障描述;客户描述;"
                "故障现象;报修内容"),
    "work": ("long", "work;work done;repair;labour;labor;operations;维修项目;维修内容;项目名称;"
             "工时项目;作业内容"),
    "operation_code": ("text", "operation code;labour code;labor code;op code;项目代码;项目编号;"
                       "工时代码"),
    "hours": ("number", "hours;labour hours;labor hours;工时;工时数"),
    "parts": ("long", "parts;parts used;materials;spare parts;配件;备件;材料;用料;配件明细"),
    "amount": ("number", "amount;total;total amount;invoice amount;price;金额;总金额;结算金额;"
               "费用;合计;维修金额"),
    "advisor": ("text", "advisor;adviser;service advisor;服务顾问;接待;接待员;业务接待"),
}
VEHICLE_TARGETS = (
    "plate", "vin", "vin_override_reason", "model_year", "energy", "colour", "engine_number",
    "first_registration_date", "delivery_date", "insurance_until", "inspection_due",
)
OWNER_TARGETS = (
    "owner_name", "owner_phone", "owner_email", "owner_street", "owner_city", "owner_ref",
)
VISIT_TARGETS = (
    "visit_date", "visit_number", "concern", "work", "operation_code", "hours", "parts",
    "amount", "advisor",
)
# Columns that the list of refused rows adds; they are read over when it comes back.
REFUSED_HEADERS = ("Row", "Reason", "行号", "原因")


def header_key(text):
    """Return ``text`` as headers are compared: no case, blanks, signs or unit in brackets."""
    folded = unicodedata.normalize("NFKC", str(text or "")).casefold()
    bare = re.sub(r"\([^)]*\)", "", folded)
    return "".join(char for char in (bare.strip() and bare or folded) if char.isalnum())


_MEANINGS = {}
for _target, (_kind, _headers) in TARGETS.items():
    for _header in _headers.split(";"):
        _MEANINGS.setdefault(header_key(_header), _target)


def guess_targets(headers):
    """Return a target or None for each header, each target once at most."""
    found, ignored = [], {header_key(header) for header in REFUSED_HEADERS}
    for header in headers:
        key = header_key(header)
        target = None if key in ignored else _MEANINGS.get(key)
        found.append(None if target in found else target)
    return found
